# wr_api(NAME): the library wr_gen_NAME, generated from api/NAME.json.
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
set(WR_GEN_DIR ${CMAKE_BINARY_DIR}/generated)

function(wr_api name)
  set(out ${WR_GEN_DIR}/gen/${name})
  set(description ${CMAKE_SOURCE_DIR}/api/${name}.json)
  file(GLOB patches CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/api/patches/${name}.json)
  add_custom_command(
    OUTPUT ${out}/names.h ${out}/types.h ${out}/service.h ${out}/errors.h ${out}/client.h ${out}/client.cc
           ${out}/tables.cc
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/codegen/generate.py ${description} ${out}
    DEPENDS ${description} ${patches} ${CMAKE_SOURCE_DIR}/codegen/generate.py
            ${CMAKE_SOURCE_DIR}/codegen/model.py ${CMAKE_SOURCE_DIR}/codegen/overrides.json
    COMMENT "Generating gen/${name}"
    VERBATIM)
  add_library(wr_gen_${name} STATIC ${out}/tables.cc ${out}/client.cc ${out}/types.h)
  target_include_directories(wr_gen_${name} PUBLIC ${WR_GEN_DIR})
  target_link_libraries(wr_gen_${name} PUBLIC wr_wire)
  target_compile_options(wr_gen_${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1> -Wno-missing-field-initializers -Wno-invalid-offsetof)
endfunction()
