# cairn_layer(NAME DEPENDS a b … PRIVATE pkg …): the static library cairn_NAME of the folder's sources.
# DEPENDS are the layers below, by name; PRIVATE are packages that its .cpp files alone may include.
# The folder is the list: a file added there is built.

# <base/version.hpp>, in the build tree.
configure_file(${CMAKE_CURRENT_LIST_DIR}/version.hpp.in
               ${PROJECT_BINARY_DIR}/generated/base/version.hpp @ONLY)

function(cairn_layer name)
  cmake_parse_arguments(LAYER "" "" "DEPENDS;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.hpp)
  add_library(cairn_${name} STATIC ${sources})
  target_include_directories(cairn_${name} PUBLIC ${PROJECT_SOURCE_DIR}/lib ${PROJECT_SOURCE_DIR}/net
                                                  ${PROJECT_BINARY_DIR}/generated)
  list(TRANSFORM LAYER_DEPENDS PREPEND cairn_)
  target_link_libraries(cairn_${name} PUBLIC ${LAYER_DEPENDS} PRIVATE cairn_flags ${LAYER_PRIVATE})
endfunction()
