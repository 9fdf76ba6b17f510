# SOCKSTEP_NEED(VARIABLE, PKG-CONFIG MODULES, WHAT IT IS FOR, DEBIAN PACKAGE)
#
# A library without which there is no sockstep. Sets VARIABLE_CFLAGS and VARIABLE_LIBS. What is missing is gathered and
# told in one go by SOCKSTEP_NEEDS_MET, so that nobody has to run configure once for each library.
AC_DEFUN([SOCKSTEP_NEED], [
	PKG_CHECK_MODULES([$1], [$2], [], [
		sockstep_missing="$sockstep_missing
    $2, for $3 (Debian: $4)"
	])
])

# SOCKSTEP_MAY(VARIABLE, PKG-CONFIG MODULES, WHAT IT IS FOR, DEBIAN PACKAGE, OPTION)
#
# A library that --without-OPTION leaves out: asked for unless the builder says otherwise, and then HAVE_VARIABLE is
# defined, for the preprocessor and for make. Finding it missing is an error as for any other, so that a program with
# less in it is always somebody's decision.
AC_DEFUN([SOCKSTEP_MAY], [
	AC_ARG_WITH([$5], [AS_HELP_STRING([--without-$5], [leave out $3])], [], [with_$5=yes])
	AS_IF([test "x$with_$5" != xno], [
		PKG_CHECK_MODULES([$1], [$2], [AC_DEFINE([HAVE_$1], [1], [$3])], [
			sockstep_missing="$sockstep_missing
    $2, for $3 (Debian: $4; or --without-$5)"
		])
	])
	AM_CONDITIONAL([HAVE_$1], [test "x$with_$5" != xno])
])

# SOCKSTEP_TEST_MAY(VARIABLE, PKG-CONFIG MODULES, DEBIAN PACKAGE)
#
# A library for tests alone: without it those tests are left out, and `make check` says so.
AC_DEFUN([SOCKSTEP_TEST_MAY], [
	PKG_CHECK_MODULES([$1], [$2], [sockstep_have_$1=yes], [
		sockstep_have_$1=no
		AC_MSG_WARN([no $2 (Debian: $3): the tests that need it are left out])
	])
	AM_CONDITIONAL([HAVE_$1], [test "x$sockstep_have_$1" = xyes])
])

# SOCKSTEP_NEEDS_MET: ends configure with the list of all that was found missing.
AC_DEFUN([SOCKSTEP_NEEDS_MET], [
	AS_IF([test -n "$sockstep_missing"], [
		AC_MSG_ERROR([missing:$sockstep_missing

./bootstrap build installs all of them and builds; or install them yourself and run configure again.])
	])
])
