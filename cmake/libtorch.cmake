# LibTorch from the wheel, as imported targets: find_package(Torch) would ask
# for a CUDA toolkit and link what the CPU does not need.
if(NOT LIBTORCH_SITE)
  message(STATUS "LIBTORCH_SITE is empty: building without LibTorch parts")
  return()
endif()
set(_torch ${LIBTORCH_SITE}/torch)
if(NOT EXISTS ${_torch}/lib/libtorch_cpu.so)
  message(FATAL_ERROR
    "${_torch}/lib/libtorch_cpu.so is missing; run scripts/setup.sh")
endif()
foreach(lib c10 torch_cpu)
  add_library(so_${lib} SHARED IMPORTED)
  set_target_properties(so_${lib} PROPERTIES
    IMPORTED_LOCATION ${_torch}/lib/lib${lib}.so)
endforeach()
add_library(libtorch INTERFACE)
target_include_directories(libtorch SYSTEM INTERFACE
  ${_torch}/include ${_torch}/include/torch/csrc/api/include)
target_link_libraries(libtorch INTERFACE so_torch_cpu so_c10)
# The wheels' CUDA libraries come before the toolkit's: one matching set.
set(CMAKE_BUILD_RPATH "${LIBTORCH_SITE}/nvidia/cu13/lib;${_torch}/lib")
