# What a user may switch, and what every target is compiled with.
option(CAIRN_TESTS "build the tests" ON)
option(CAIRN_BENCH "build the benchmarks (needs Google Benchmark)" OFF)
option(CAIRN_FUZZ "build the fuzz targets (needs clang and its libFuzzer)" OFF)
option(CAIRN_WERROR "treat warnings as errors" OFF)
option(CAIRN_READLINE "use GNU Readline (GPL) for the prompt; OFF builds a plain prompt" ON)
option(CAIRN_STATIC_LIBRARIES "link libraries from their archives where there are some" ON)
option(CAIRN_INSTALL_DOCS "install the man page and the completions that the binary prints" ON)
set(CAIRN_SANITIZE "" CACHE STRING "sanitizers, as -fsanitize= takes them: address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug or Release" FORCE)
endif()

include(CheckPIESupported)
check_pie_supported()

find_program(CAIRN_CCACHE ccache)
if(CAIRN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CAIRN_CCACHE})
endif()

add_library(cairn_flags INTERFACE)
target_compile_options(cairn_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wcast-align -Wnull-dereference -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports null dereferences and restricts inside its own library when it inlines
  target_compile_options(cairn_flags INTERFACE
    -Wno-null-dereference -Wno-restrict -Wduplicated-cond -Wlogical-op)
endif()
if(CAIRN_WERROR)
  target_compile_options(cairn_flags INTERFACE -Werror)
endif()

set(sanitizers ${CAIRN_SANITIZE})
if(CAIRN_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "CAIRN_FUZZ needs clang: cmake --preset fuzz")
  endif()
  # Coverage for every library; the driver with its main() is linked into the fuzz targets alone.
  string(JOIN "," sanitizers fuzzer-no-link ${CAIRN_SANITIZE})
endif()
if(sanitizers)
  add_compile_options(-fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${sanitizers})
  if(sanitizers MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  add_link_options(-Wl,-z,relro,-z,now -Wl,--gc-sections)
  include(CheckLinkerFlag)
  check_linker_flag(CXX -Wl,-z,pack-relative-relocs CAIRN_PACKS_RELOCATIONS) # a third of the loader's table
  if(CAIRN_PACKS_RELOCATIONS)
    add_link_options(-Wl,-z,pack-relative-relocs)
  endif()
  if(CAIRN_STATIC_LIBRARIES)
    add_link_options(-static-libstdc++ -static-libgcc)
  endif()
endif()
