# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Installs the runtime: library, headers, CMake package Weft and weft-runtime.pc.
# The folders are bin, lib and include below the prefix, never lib/<triple>: programs find what belongs to them from their
# own place (../lib), and pkg-config and CMake find the prefix from the files' places, so an installation can be moved.
include(CMakePackageConfigHelpers)

install(TARGETS WeftRuntime WeftAbi EXPORT WeftRuntimeTargets ARCHIVE DESTINATION lib COMPONENT runtime)
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/include/weft DESTINATION include COMPONENT runtime)
install(EXPORT WeftRuntimeTargets NAMESPACE Weft:: DESTINATION lib/cmake/Weft COMPONENT runtime)

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/WeftConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/WeftConfig.cmake
  INSTALL_DESTINATION lib/cmake/Weft NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/WeftConfigVersion.cmake COMPATIBILITY SameMinorVersion)
configure_file(${CMAKE_CURRENT_LIST_DIR}/weft-runtime.pc.in ${CMAKE_CURRENT_BINARY_DIR}/weft-runtime.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/WeftConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/WeftConfigVersion.cmake
  DESTINATION lib/cmake/Weft COMPONENT runtime)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/weft-runtime.pc DESTINATION lib/pkgconfig COMPONENT runtime)
install(FILES ${CMAKE_CURRENT_SOURCE_DIR}/../LICENSE ${CMAKE_CURRENT_SOURCE_DIR}/../NOTICE
  DESTINATION share/doc/weft COMPONENT runtime)
