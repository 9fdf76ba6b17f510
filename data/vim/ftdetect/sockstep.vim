" Scripts and lessons of sockstep.
autocmd BufNewFile,BufRead *.step setfiletype sockstep
