# SPDX-License-Identifier: GPL-3.0-or-later
# Writes generated/kumiai_build.h: what the program is compiled from. Run on every build by the
# target build_id, as cmake -D inputs=FILE -P identity.cmake; the header is left alone when nothing
# has changed, so that nothing is compiled again.
#
# The file of inputs sets: source_dir, generated_dir, header, version, sources (the .c files of all
# targets), build (compiler and flags, for people) and random123_dir.
cmake_minimum_required(VERSION 3.22)
include("${inputs}")

# ---- the commit: for people, no part of the identity ----

set(commit "unknown")
find_program(git_program git)
if(git_program)
  execute_process(COMMAND ${git_program} rev-parse --show-toplevel WORKING_DIRECTORY ${source_dir}
    OUTPUT_VARIABLE top OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND ${git_program} rev-parse --short=12 HEAD WORKING_DIRECTORY ${source_dir}
    OUTPUT_VARIABLE head OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  file(REAL_PATH "${source_dir}" real_source_dir)
  # An unpacked archive inside somebody else's repository has no commit of its own.
  if(NOT failed AND top STREQUAL real_source_dir)
    execute_process(COMMAND ${git_program} --no-optional-locks status --porcelain -- .
      WORKING_DIRECTORY ${source_dir} OUTPUT_VARIABLE changes ERROR_QUIET)
    set(commit "${head}")
    if(changes)
      string(APPEND commit "-dirty")
    endif()
  endif()
endif()

# ---- the sources: what is compiled, and what that includes between quotes ----

# The name of a file that is the same wherever the trees of sources and of the build are.
function(name_of path out)
  file(RELATIVE_PATH name "${source_dir}" "${path}")
  file(RELATIVE_PATH generated "${generated_dir}" "${path}")
  if(NOT generated MATCHES "^[.][.]/")
    set(name "generated/${generated}")
  endif()
  set(${out} "${name}" PARENT_SCOPE)
endfunction()

# Puts "name digest" of a file into `lines` and the files that it includes into `waiting`. Line
# endings do not count.
function(take_file path)
  file(READ "${path}" text)
  string(REPLACE "\r\n" "\n" text "${text}")
  string(SHA256 digest "${text}")
  name_of("${path}" name)
  list(APPEND lines "${name} ${digest}")
  string(REGEX MATCHALL "#[ \t]*include[ \t]*\"[^\"\n]+\"" includes "${text}")
  get_filename_component(folder "${path}" DIRECTORY)
  foreach(include IN LISTS includes)
    string(REGEX REPLACE ".*\"(.*)\"" "\\1" include "${include}")
    foreach(from IN ITEMS "${folder}" "${source_dir}" "${generated_dir}")
      get_filename_component(found "${from}/${include}" ABSOLUTE)
      if(EXISTS "${found}" AND NOT found STREQUAL header)
        list(APPEND waiting "${found}")
        break()
      endif()
    endforeach()
  endforeach()
  set(lines "${lines}" PARENT_SCOPE)
  set(waiting "${waiting}" PARENT_SCOPE)
endfunction()

set(lines "")
set(seen "")
set(next "${sources}")
while(next)
  set(waiting "")
  foreach(path IN LISTS next)
    take_file("${path}")
  endforeach()
  list(APPEND seen ${next})
  list(REMOVE_DUPLICATES waiting)
  set(next "${waiting}")
  list(REMOVE_ITEM next ${seen})
endwhile()
list(SORT lines)
list(JOIN lines "\n" text)
string(SHA256 source_files "${text}")

# Random123 is headers only, and they know no version.
set(lines "")
file(GLOB_RECURSE files "${random123_dir}/Random123/*.h")
foreach(path IN LISTS files)
  file(SHA256 "${path}" digest)
  file(RELATIVE_PATH name "${random123_dir}" "${path}")
  list(APPEND lines "${name} ${digest}")
endforeach()
list(SORT lines)
list(JOIN lines "\n" text)
string(SHA256 random123 "${text}")

# ---- the header ----

string(SHA256 source_digest "${version}\n${source_files}\nRandom123 ${random123}\n")
string(SUBSTRING "${source_digest}" 0 32 source_digest)
string(REGEX REPLACE "[\\\\\"\n]" "" build "${build}")
file(CONFIGURE OUTPUT "${header}" @ONLY CONTENT [=[
/* Generated: what this program was built from. */
#ifndef KUMIAI_BUILD_H
#define KUMIAI_BUILD_H
#define KUMIAI_VERSION "@version@"
#define KUMIAI_BUILD_ID "@commit@ @build@"
#define KUMIAI_SOURCE_DIGEST "@source_digest@"
#endif
]=])
