# textsim: document similarity in SQLite.
#
# `make` builds ./textsim.so (.dylib on macOS, .dll with a MinGW compiler);
# `make help` lists the rest.  GNU make 3.81 is enough.
#
# Yours to set: CC, CFLAGS, LDFLAGS, PREFIX, DESTDIR, SQLITE3, PYTHON, and
#   BUILD=dir OUT=file  keep another build beside this one
#   PORTABLE=1          leave out the SIMD paths (same results, slower)
#   WERROR=-Werror      for checks only
#   V=1                 show the commands

BUILD      ?= build
PREFIX     ?= /usr/local
LIBDIR     ?= $(PREFIX)/lib/sqlite3
DATADIR    ?= $(PREFIX)/share
CFLAGS     ?= -O2 -DNDEBUG
PKG_CONFIG ?= pkg-config
SQLITE3    ?= sqlite3
PYTHON     ?= $(firstword $(wildcard /usr/bin/python3) python3)
Q           = $(if $(V),,@)
,          := ,

# --- the target, as the compiler sees it ------------------------------------

MACROS := $(shell $(CC) $(CFLAGS) -dM -E -x c /dev/null 2>/dev/null \
            | grep -oE '__APPLE__|_WIN32|__x86_64__|__i386__')

ifneq ($(filter __APPLE__,$(MACROS)),)
SO      := .dylib
SHARED  := -dynamiclib -Wl,-exported_symbol,_sqlite3_textsim_init
else ifneq ($(filter _WIN32,$(MACROS)),)
SO      := .dll
SHARED  := -shared -Wl,--exclude-all-symbols
else
# nodelete: SQLite unloads what could not load to its end, but goes on to call
# the functions that it had registered by then.
# exclude-libs: the static libraries stay inside and clash with nobody's.
SO      := .so
SHARED  := -shared -Wl,-z,nodelete -Wl,-z,defs -Wl,--exclude-libs,ALL
endif
OUT       ?= textsim$(SO)
EXTENSION := $(if $(filter /%,$(OUT)),,./)$(basename $(OUT))

# Each SIMD file is compiled for its own instruction set, and run only where
# the CPU has it; no other file may use more than the target's base.
ifneq ($(filter __x86_64__,$(MACROS)),)
SIMD_kernels_avx2   ?= -mavx2 -mbmi -mbmi2
SIMD_kernels_avx512 ?= $(SIMD_kernels_avx2) -mavx512f -mavx512bw -mavx512dq -mavx512vl \
                       -mavx512vbmi -mavx512vbmi2
endif

# --- flags --------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
            -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -Wformat=2 \
            -Wcast-qual -Wwrite-strings

# Contracting a*b+c into one rounding would make results depend on the CPU.
REQUIRED := -std=c11 -fPIC -fvisibility=hidden -ffp-contract=off
ifneq ($(filter __i386__,$(MACROS)),)
# The old registers for floating point round to other widths than everybody else.
REQUIRED += -msse2 -mfpmath=sse
endif
ifneq ($(PORTABLE),)
REQUIRED += -DTS_PORTABLE
endif
ifneq ($(SANITIZE),)
# Our own bugs are found by assertions; in somebody's program they do not abort.
override CFLAGS := $(filter-out -DNDEBUG,$(CFLAGS))
REQUIRED += -g -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
SHARED   := $(filter-out -Wl$(,)-z$(,)defs,$(SHARED))
endif

# Foreign headers as system headers: our warnings are not for them.
LIBS_NEEDED := sqlite3 libxxhash libutf8proc
LIBS_CFLAGS := $(patsubst -I%,-isystem %,$(foreach library,$(LIBS_NEEDED),\
                 $(shell $(PKG_CONFIG) --cflags-only-I $(library) 2>/dev/null)))
COMPILE      = $(CC) $(REQUIRED) $(WARNINGS) $(WERROR) $(CFLAGS) -Iext $(LIBS_CFLAGS) $(CPPFLAGS) -MMD -MP

# --- files --------------------------------------------------------------------

CORE_SRC   := $(sort $(wildcard ext/core/*.c))
SQLITE_SRC := $(sort $(wildcard ext/sqlite/*.c))
CORE_OBJ   := $(CORE_SRC:%.c=$(BUILD)/%.o)
SQLITE_OBJ := $(SQLITE_SRC:%.c=$(BUILD)/%.o)

all: $(OUT) ## build the extension (the default)

$(OUT): $(CORE_OBJ) $(SQLITE_OBJ) $(BUILD)/utf8proc.libs
	@echo "  LINK  $@"
	$(Q)$(CC) $(SHARED) $(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(CFLAGS) $(LDFLAGS) -o $@ \
	  $(CORE_OBJ) $(SQLITE_OBJ) $$(cat $(BUILD)/utf8proc.libs)

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(COMPILE) $(SIMD_$(basename $(<F))) $(DEFINES) -c $< -o $@

# What textsim_debug() tells of the build goes to the one file that asks for it.
COMMIT     := $(or $(if $(wildcard .git),$(shell git describe --always --dirty 2>/dev/null)),unknown)
COMMIT_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(shell grep -ls TEXTSIM_COMMIT $(SQLITE_SRC) /dev/null))
$(COMMIT_OBJ): DEFINES = -DTEXTSIM_COMMIT='"$(COMMIT)"'
$(COMMIT_OBJ): $(BUILD)/commit

# Files that change when what they hold does: what depends on it is made again.
$(BUILD)/flags:  VALUE = $(COMPILE) $(SIMD_kernels_avx2) $(SIMD_kernels_avx512)
$(BUILD)/commit: VALUE = $(COMMIT)
$(BUILD)/flags $(BUILD)/commit: FORCE | deps-named
	@mkdir -p $(@D)
	@echo '$(VALUE)' | cmp -s - $@ || echo '$(VALUE)' >$@

# The static utf8proc where there is one that can go into a shared object.
$(BUILD)/utf8proc.libs: $(BUILD)/flags
	@a=$$($(PKG_CONFIG) --variable=libdir libutf8proc)/libutf8proc.a; \
	 echo 'const char *utf8proc_version(void); int main(void) { return !*utf8proc_version(); }' >$@.c; \
	 if $(CC) $(SHARED) $(CFLAGS) -fPIC -o $@.try $@.c "$$a" 2>/dev/null; \
	 then echo "$$a" >$@; else $(PKG_CONFIG) --libs libutf8proc >$@; fi; rm -f $@.c $@.try

# `make` only names what is missing; `make demo` and `make test` install it.
deps-named:
	@$(PKG_CONFIG) --exists $(LIBS_NEEDED) 2>/dev/null || .ci/deps name build

-include $(shell find $(BUILD) -name '*.d' -type f 2>/dev/null)

# --- tests --------------------------------------------------------------------

LINK_TEST   = $(CC) $(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^)
CORE_TESTS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard test/core/test_*.c)))
# What the programs of test/fault share, and the programs that load the extension.
FAULT_SRC  := $(patsubst %,test/fault/%.c,disk disk_nodes history hunt memory)
LOAD_TESTS := $(patsubst %.c,$(BUILD)/%,$(filter-out $(FAULT_SRC),$(sort $(wildcard test/fault/*.c test/cost/*.c))))
FUZZERS    := $(patsubst test/fuzz/%.c,%,$(sort $(wildcard test/fuzz/fuzz_*.c)))
REPLAYS    := $(FUZZERS:%=$(BUILD)/test/fuzz/%_replay)
SQL_TESTS  := $(sort $(wildcard test/sql/*.sql) test/clients/shell.sql)
# In the order in which they are begun: what takes longest first.
TESTS       = $(LOAD_TESTS) $(sort $(wildcard test/oracle/test_*.py test/index/test_*.py test/passages/test_*.py)) $(CORE_TESTS) $(SQL_TESTS) \
              $(sort $(wildcard test/*/*.t test/clients/*.py))
JOBS       ?= 2
RUN_TESTS   = TEXTSIM='$(EXTENSION)' BUILD='$(BUILD)' CC='$(CC)' SANITIZE='$(SANITIZE)' \
              SQLITE3='$(SQLITE3)' PYTHON='$(PYTHON)' test/run --jobs $(JOBS)

# What was just installed is seen by a make that starts afterwards.
test: deps-test ## run all tests (TESTS='file ...': only these)
	@$(MAKE) --no-print-directory test-run

test-run: all test-programs
	@$(RUN_TESTS) $(if $(UNDER),--under $(UNDER)) $(TESTS)

test-programs: $(CORE_TESTS) $(LOAD_TESTS) $(REPLAYS)

test-update: all ## write the .expected files anew (SQL_TESTS='file ...': only these)
	@$(RUN_TESTS) --update $(SQL_TESTS)

test-deep: ## run all tests, with many more random cases (minutes)
	@TEXTSIM_DEEP=1 $(MAKE) --no-print-directory test

test-asan: ## run all tests under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory test UNDER=asan SANITIZE=address,undefined \
	  BUILD=$(BUILD)/asan OUT=$(BUILD)/asan/textsim$(SO) 'TESTS=$$(filter-out test/structure/%,$(value TESTS))'

test-valgrind: ## run all tests in valgrind (an hour)
	@$(MAKE) --no-print-directory test UNDER=valgrind CFLAGS='-O1 -g' \
	  BUILD=$(BUILD)/valgrind OUT=$(BUILD)/valgrind/textsim$(SO) 'TESTS=$$(filter-out test/structure/%,$(value TESTS))'

test-tsan: ## run the tests that have several threads under ThreadSanitizer; needs clang
	@$(MAKE) --no-print-directory test CC=clang SANITIZE=thread CFLAGS='-O1' \
	  BUILD=$(BUILD)/tsan OUT=$(BUILD)/tsan/textsim$(SO) \
	  'TESTS=$$(patsubst %,$$(BUILD)/test/fault/%,threads lives interrupt)'

# Counters of a process that is killed are lost; assertions are no branches.
coverage: ## run all tests, with every allocation failing, and print which lines and branches of ext/ they ran
	@find $(BUILD)/coverage -name '*.gcda' -delete 2>/dev/null; true
	@$(MAKE) --no-print-directory test CFLAGS='-O1 -DNDEBUG --coverage -fprofile-update=atomic' LDFLAGS=--coverage \
	  BUILD=$(BUILD)/coverage OUT=$(BUILD)/coverage/textsim$(SO) 'TESTS=$$(filter-out test/structure/%,$(value TESTS))'
	@TEXTSIM_DEEP=1 TEXTSIM=$(BUILD)/coverage/textsim $(BUILD)/coverage/test/fault/alloc_fail >$(BUILD)/coverage/alloc_fail.log
	@$(PYTHON) test/coverage/report.py $(BUILD)/coverage $(if $(MISSING),--missing)

MUTANTS ?= 300
SEED    ?= 1
mutants: deps-test ## do the tests notice errors? make MUTANTS (300), and run all tests on each (hours)
	@BUILD='$(BUILD)' $(PYTHON) test/mutants/run.py --mutants=$(MUTANTS) --seed=$(SEED) --jobs=$(JOBS) $(TESTS:$(BUILD)/%=build/%)

test-page: ## open the page of make report in Chromium, and check it there
	@CC='$(CC)' PYTHON='$(PYTHON)' SQLITE3='$(SQLITE3)' .ci/deps install page
	@$(MAKE) --no-print-directory all
	@$(RUN_TESTS) test/page/browser.py

picture: ## draw sql/report_page.png anew, the picture of the page in README.md
	@CC='$(CC)' PYTHON='$(PYTHON)' SQLITE3='$(SQLITE3)' .ci/deps install page
	@$(MAKE) --no-print-directory all
	@PYTHONDONTWRITEBYTECODE=1 BUILD='$(BUILD)' SQLITE3='$(SQLITE3)' $(PYTHON) test/page/picture.py '$(EXTENSION)' sql/report_page.png

test-portable: ## run all tests on a build without SIMD
	@$(MAKE) --no-print-directory test PORTABLE=1 BUILD=$(BUILD)/portable OUT=$(BUILD)/portable/textsim$(SO)

# Whatever SIMD there is, whatever the compiler makes of it.
test-builds: ## run tests on builds by gcc and clang, at -O0 and -O3, with AVX-512, AVX2 and none (minutes)
	@mkdir -p $(BUILD)
	@for cc in gcc clang; do for level in -O0 -O3; do for simd in '' CPPFLAGS=-DTS_NO_AVX512 PORTABLE=1; do \
	   build=$(BUILD)/builds/$$cc$$level$$simd; echo "$$cc $$level $$simd"; \
	   $(MAKE) --no-print-directory test CC=$$cc CFLAGS="$$level -DNDEBUG" $$simd BUILD=$$build OUT=$$build/textsim$(SO) \
	     TESTS='$$(CORE_TESTS) $$(SQL_TESTS) test/index/test_bytes.py test/oracle/test_oracle.py' >$(BUILD)/builds.log 2>&1; \
	   status=$$?; tail -n 1 $(BUILD)/builds.log; test $$status = 0 || { tail -n 60 $(BUILD)/builds.log; exit 1; }; \
	 done; done; done

MACHINES ?= arm64 s390x i386 armhf
test-machines: ## run tests as other MACHINES do (arm64 s390x i386 armhf), under qemu (minutes)
	@BUILD='$(BUILD)' test/machines/run $(MACHINES)

RELEASES ?= 7.5.1 latest
test-versions: ## run all tests with other versions of SQLite: the oldest and the newest
	@BUILD='$(BUILD)' CC='$(CC)' test/versions/run $(RELEASES)

TEST_CORE := $(BUILD)/test/core/alloc_test.o $(CORE_OBJ) $(BUILD)/utf8proc.libs
TEST_LIBS  = $$(cat $(BUILD)/utf8proc.libs) -lcmocka -lm

$(CORE_TESTS): %: %.o $(TEST_CORE)
	@echo "  LINK  $@"
	$(Q)$(LINK_TEST) $(TEST_LIBS)

$(LOAD_TESTS): %: %.o
	@echo "  LINK  $@"
	$(Q)$(LINK_TEST) -lsqlite3 -lcmocka -ldl -lpthread

$(filter $(BUILD)/test/fault/%,$(LOAD_TESTS)): $(FAULT_SRC:%.c=$(BUILD)/%.o)

deps-demo deps-test: deps-%:
	@CC='$(CC)' PYTHON='$(PYTHON)' SQLITE3='$(SQLITE3)' .ci/deps install $*

# --- everything else ------------------------------------------------------------

demo: deps-demo ## build, load and index the five articles of seeds/, print the reports
	@$(MAKE) --no-print-directory all
	@$(SQLITE3) -batch -cmd '.load $(EXTENSION)' $(BUILD)/demo.db <sql/demo.sql
	@echo 'The articles are in $(BUILD)/demo.db.  Next:'
	@echo
	@echo "  $(SQLITE3) -cmd '.load $(EXTENSION)' $(BUILD)/demo.db"
	@echo '  sqlite> SELECT a.name, b.name, jaccard(a.body, b.body) AS j'
	@echo '     ...> FROM articles a JOIN articles b ON a.id < b.id ORDER BY j DESC;'
	@echo '  sqlite> SELECT rowid, query_in_doc FROM articles_sim'
	@echo "     ...> WHERE articles_sim MATCH 'very little doubt that they have either interfered';"
	@echo
	@echo 'Your own documents: sql/load_files.sql, sql/load_csv.sql, sql/load_jsonl.sql, and'
	@echo 'then sql/load_index.sql (each says how).'

report: deps-demo ## write build/report.html, all reports on one page (DB=file: of your database)
	@$(MAKE) --no-print-directory all
ifeq ($(DB),)
	@$(SQLITE3) -batch $(BUILD)/report.db '.read sql/load_seeds.sql' >/dev/null
endif
	@test -f "$${DB:-$(BUILD)/report.db}" || { echo "There is no $$DB" >&2; exit 1; }
	@$(SQLITE3) -batch -cmd '.load $(EXTENSION)' "$${DB:-$(BUILD)/report.db}" '.read sql/report_page.sql' >$(BUILD)/report.html.new
	@mv $(BUILD)/report.html.new $(BUILD)/report.html
	@echo 'The page is $(BUILD)/report.html.'

STAGES   := $(BUILD)/test/bench/stages
PASSAGES := $(BUILD)/test/bench/passages
INDEX_BENCH = TEXTSIM='$(EXTENSION)' BUILD='$(BUILD)' $(PYTHON) test/bench/index
bench: all $(STAGES) $(PASSAGES) ## measure speed against SQLite's own searches (CORPUS=file.jsonl)
	@$(MAKE) --no-print-directory CPPFLAGS=-DTS_NO_AVX512 BUILD=$(BUILD)/avx2 OUT=$(BUILD)/avx2/textsim$(SO)
	@$(MAKE) --no-print-directory PORTABLE=1 BUILD=$(BUILD)/portable OUT=$(BUILD)/portable/textsim$(SO)
	@TEXTSIM='$(EXTENSION)' TEXTSIM_AVX2=$(BUILD)/avx2/textsim TEXTSIM_PORTABLE=$(BUILD)/portable/textsim \
	 BUILD='$(BUILD)' $(PYTHON) test/bench/run
	@$(STAGES) $(BUILD)/bench/*.txt
	@$(PASSAGES) "$$(ls $(BUILD)/bench/English.txt 2>/dev/null || ls $(BUILD)/bench/*.txt | head -n 1)"
	@$(INDEX_BENCH)

bench-index: all ## the part of that which is about the index
	@$(INDEX_BENCH)

bench-deep: all ## the same, with archives of licences and of a million documents (minutes)
	@$(INDEX_BENCH) --deep

$(STAGES) $(PASSAGES): %: %.o $(TEST_CORE)
	@echo "  LINK  $@"
	$(Q)$(LINK_TEST) $(TEST_LIBS)

FUZZ_SECONDS ?= 60
fuzz: ## run each fuzzer for FUZZ_SECONDS (60); needs clang
	@$(MAKE) --no-print-directory $(FUZZERS) CC=clang BUILD=$(BUILD)/fuzz SANITIZE=address,undefined \
	  CFLAGS='-O1 -fsanitize=fuzzer-no-link' FUZZ_SECONDS=$(FUZZ_SECONDS)

# Where a fuzzer starts: its own corpus, or texts; for scripts, the paragraphs of the
# tests' (whole ones take longer to run than they tell).
SCRIPTS           = $(BUILD)/corpus/scripts
TEXTS             = test/fuzz/corpus_text seeds
STARTS            = $(wildcard test/fuzz/corpus_$(1:fuzz_%=%)) $(if $(filter fuzz_sql,$1),$(SCRIPTS),$(TEXTS))
MAX_LEN           = 20000
fuzz_sql: MAX_LEN = 6000
fuzz_sql: $(SCRIPTS)
$(SCRIPTS): $(wildcard test/sql/*.sql test/fault/*.sql)
	@rm -rf $@ && mkdir -p $@
	@awk -v RS= '{ name = "$@/" NR; print >name; close(name) }' $^

$(FUZZERS): %: $(BUILD)/test/fuzz/%
	@mkdir -p $(BUILD)/corpus/$@
	$< -max_total_time=$(FUZZ_SECONDS) -max_len=$(MAX_LEN) -timeout=20 -verbosity=0 -print_final_stats=1 \
	  $(addprefix -dict=,$(wildcard test/fuzz/$@.dict)) -artifact_prefix=$(BUILD)/ $(BUILD)/corpus/$@ $(call STARTS,$@)

# Some speak SQL, to the extension as a part of their program.
FUZZ_SQL := $(patsubst %,$(BUILD)/test/fuzz/fuzz_%,functions sql)
$(FUZZ_SQL) $(FUZZ_SQL:%=%_replay): $(CORE_OBJ) $(SQLITE_OBJ) $(BUILD)/utf8proc.libs
FUZZ_CORE := $(filter-out $(FUZZ_SQL),$(FUZZERS:%=$(BUILD)/test/fuzz/%))
$(FUZZ_CORE) $(FUZZ_CORE:%=%_replay): $(TEST_CORE)

$(FUZZERS:%=$(BUILD)/test/fuzz/%): %: %.o
	@echo "  LINK  $@"
	$(Q)$(LINK_TEST) -fsanitize=fuzzer $(TEST_LIBS) -lsqlite3

$(REPLAYS): %_replay: %.o $(BUILD)/test/fuzz/replay.o
	@echo "  LINK  $@"
	$(Q)$(LINK_TEST) $(TEST_LIBS) -lsqlite3

fuzz-coverage: ## print which part of ext/ each fuzzer has run, with what it found interesting
	@for name in $(FUZZERS); do \
	   $(MAKE) --no-print-directory fuzz-covered NAME=$$name BUILD=$(BUILD)/fuzz-coverage FOUND=$(BUILD)/fuzz/corpus \
	     CFLAGS='-O1 -DNDEBUG --coverage' LDFLAGS=--coverage || exit; done

fuzz-covered: $(REPLAYS) $(SCRIPTS)
	@find $(BUILD) -name '*.gcda' -delete
	@$(BUILD)/test/fuzz/$(NAME)_replay $(wildcard $(FOUND)/$(NAME)) $(call STARTS,$(NAME)) >$(BUILD)/$(NAME).log 2>&1
	@echo "$(NAME), $$(tail -n 1 $(BUILD)/$(NAME).log): $$($(PYTHON) test/coverage/report.py $(BUILD) | tail -n 1)"

INSTALLED := $(filter-out sql/demo.sql sql/load_seeds.sql,$(wildcard sql/*.sql)) README.md LICENSE
install: all ## install under PREFIX (/usr/local), staged in DESTDIR
	install -d '$(DESTDIR)$(LIBDIR)' '$(DESTDIR)$(DATADIR)/textsim'
	install -m 644 $(OUT) '$(DESTDIR)$(LIBDIR)/'
	install -m 644 $(INSTALLED) '$(DESTDIR)$(DATADIR)/textsim/'
	@echo "In sqlite3: .load '$(LIBDIR)/textsim'"

uninstall: ## remove what install installed, and nothing else
	rm -f '$(DESTDIR)$(LIBDIR)/textsim$(SO)'
	cd '$(DESTDIR)$(DATADIR)/textsim' && rm -f $(notdir $(INSTALLED))
	rmdir '$(DESTDIR)$(DATADIR)/textsim'

# What was written by hand.
SOURCES := $(filter-out %_data.inc,$(wildcard ext/*/*.[ch] ext/*/*.inc test/*.h test/*/*.[ch]))
check-format: ## does clang-format agree with the layout of the C code?
	clang-format --dry-run --Werror $(SOURCES)

lint: ## clang-tidy over the C code of the extension
	@printf '%s\n' $(CORE_SRC) $(SQLITE_SRC) | xargs -P $(JOBS) -n 4 sh -c \
	  'clang-tidy --quiet "$$@" -- $(REQUIRED) -Iext $(LIBS_CFLAGS) $(SIMD_kernels_avx2)' clang-tidy

clean: ## remove what was built
	rm -rf build textsim.so textsim.dylib textsim.dll

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) \
	  | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

FORCE:
.PHONY: all test test-run test-programs test-update test-deep test-asan test-valgrind test-portable test-tsan coverage mutants test-builds test-machines test-versions test-page picture \
        demo report bench bench-index bench-deep fuzz fuzz-coverage fuzz-covered $(FUZZERS) install uninstall check-format lint clean help deps-named deps-demo deps-test FORCE
.SECONDARY:
