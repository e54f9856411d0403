# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Installs what the runtime does not (runtime/cmake/WeftInstall.cmake): driver, compiler, DSL, models.
# A program finds its libraries from its own place; LLVM and MLIR stay where they were linked from.
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)

# weft_install_program(TARGET FOLDER LIBRARIES): LIBRARIES is the way from FOLDER to lib.
function(weft_install_program target folder libraries)
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN/${libraries}")
  install(TARGETS ${target} RUNTIME DESTINATION ${folder} LIBRARY DESTINATION ${folder} COMPONENT tools)
endfunction()
