/*
 * The screen as a file; also of a session that has no screen, as it would be.
 */
#ifndef SOCKSTEP_FACE_SNAPSHOT_H
#define SOCKSTEP_FACE_SNAPSHOT_H

#include "face/canvas.h"
#include "face/desk.h"
#include "session/state.h"

/* .txt, .ans (with colours) or .svg, by the extension. False: nothing was written, `message` says why. */
bool snapshot_write(const struct canvas *canvas, const char *path, struct text *message);
/* What a screen of that size shows of the session, in UTF-8, with what its log still holds as the transcript. */
bool snapshot_session(const struct session *session, size_t columns, size_t rows, const char *path,
		      struct text *message);

#endif
