# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# lit configuration: .mlir files anywhere below test/ are tests; RUN lines name the tools plainly.
import os

import lit.formats

config.name = "weft"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".mlir", ".test"]
config.excludes = ["CMakeLists.txt", "lib", "Inputs"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.weft_obj_root, "test")

bin_dir = os.path.join(config.weft_obj_root, "bin")
config.environment["PATH"] = os.pathsep.join([bin_dir, config.llvm_tools_dir, os.environ["PATH"]])
config.environment["FILECHECK_OPTS"] = "--enable-var-scope --dump-input=fail"
config.substitutions.append(("%src", config.weft_src_root))
config.substitutions.append(("%bin", bin_dir))
