// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The whole runtime. Five types carry it: Tensor, Device, Module, Function, Status. Each header
// opens with the manual of its part; docs/guides/runtime.md puts them together.
#ifndef WEFT_WEFT_H
#define WEFT_WEFT_H

#include "weft/Artifact.h"
#include "weft/Average.h"
#include "weft/Checkpoint.h"
#include "weft/Device.h"
#include "weft/LossScale.h"
#include "weft/Module.h"
#include "weft/Optimizer.h"
#include "weft/ParamStore.h"
#include "weft/Random.h"
#include "weft/Safetensors.h"
#include "weft/Tape.h"
#include "weft/Tensor.h"

#endif
