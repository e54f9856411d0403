// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the driver runs: the model's program.
#include "Model.h"

int main(int argc, char **argv) { return weft::modelMain(argc, argv, weft::models::Seq2seq{}); }
