# Where the program stands in the build tree, and what `cmake --install` puts where.
# The man page and the completions are what the program itself prints (`cairn man`, `cairn completions bash`):
# they cannot drift from it. They are made while installing.
include(GNUInstallDirs)

if(TARGET cairn)
  set_target_properties(cairn PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  install(TARGETS cairn RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

  if(CAIRN_INSTALL_DOCS AND NOT CMAKE_CROSSCOMPILING)
    function(cairn_install_printed file directory)
      install(CODE "
        set(cairn_file \"${PROJECT_BINARY_DIR}/generated/install/${file}\")
        execute_process(COMMAND \"$<TARGET_FILE:cairn>\" ${ARGN}
                        OUTPUT_VARIABLE cairn_text ERROR_VARIABLE cairn_errors RESULT_VARIABLE cairn_code)
        if(cairn_code EQUAL 0)
          file(WRITE \"\${cairn_file}\" \"\${cairn_text}\")
          file(INSTALL \"\${cairn_file}\" DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${directory}\")
        elseif(cairn_code EQUAL 2) # a command that this version does not know
          message(STATUS \"Left out: ${file} (cairn does not print it)\")
        else()
          message(FATAL_ERROR \"cairn ${ARGN}: exit code \${cairn_code}: \${cairn_errors}\")
        endif()")
    endfunction()
    cairn_install_printed(cairn.1 ${CMAKE_INSTALL_MANDIR}/man1 man)
    cairn_install_printed(cairn ${CMAKE_INSTALL_DATADIR}/bash-completion/completions completions bash)
    cairn_install_printed(_cairn ${CMAKE_INSTALL_DATADIR}/zsh/site-functions completions zsh)
    cairn_install_printed(cairn.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d completions fish)
  endif()
endif()
