// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the driver's errors mean to a user. Names and words are the driver's own; what to do about
// them is ours.
#include "runtime/base/Format.h"
#include "runtime/device/cuda/Driver.h"

namespace weft::cuda {
namespace {

constexpr const char *fault =
    "a kernel went wrong, and nothing runs on the card in this process any more: start again from "
    "the newest checkpoint; --device-options=sync=1 names the kernel, --device=sim looks into it";
constexpr const char *hardware =
    "the card or its connection failed: nvidia-smi -q and the system's log say more; start again "
    "from the newest checkpoint";
constexpr const char *installation =
    "driver and kernel module differ, or the driver is half installed: compare `nvidia-smi` with "
    "`cat /proc/driver/nvidia/version`, restart after an update";
constexpr const char *otherCode = "the card cannot run this code: compile for it (weft inspect "
                                  "MODEL lists the targets there are)";
constexpr const char *unexpected =
    "the driver refused what it should take: --device=cpu runs without it; please report this";

/// What helps, by the number of a CUresult.
const char *findRemedy(CuResult result) {
  switch (result) {
  case CuOutOfMemory:
    return "the card, or the host's pinned memory, has no room";
  case 3: // not initialized
  case 4: // deinitialized
    return "the driver has shut down: the process is about to end, or was forked after it began";
  case 34: // stub library
    return "this is the Toolkit's stub, not a driver: name the driver's own libcuda.so.1";
  case 36: // call requires a newer driver
    return "update the driver to one for CUDA 11.4 or later";
  case 46: // device unavailable
    return "another process has the card for itself, or it is being reset: nvidia-smi shows who";
  case CuNoDevice:
    return "no card is visible: nvidia-smi lists the cards, CUDA_VISIBLE_DEVICES hides some, a "
           "container needs --gpus all; --device=cpu runs without one";
  case 101: // invalid device
    return "choose a card that is there: --device-options=card=0";
  case 102: // device not licensed
    return "the virtual card has no licence";
  case CuInvalidImage:
  case CuNoBinaryForGpu:
    return otherCode;
  case CuEccUncorrectable:
  case 220: // nvlink uncorrectable
  case 226: // contained error
    return hardware;
  case CuInvalidPtx:
  case 221: // JIT compiler not found
  case 223: // JIT compilation disabled
    return "the driver cannot compile PTX: compile where ptxas is found (weft compile stores "
           "machine "
           "code then), or repair the driver";
  case CuUnsupportedPtxVersion:
    return "update the driver, or compile where ptxas is found, so that it need not compile";
  case CuNotFound:
    return "the code lacks what the artifact names: compile the model again";
  case 701: // launch out of resources
    return "a block needs more registers or shared memory than the card has: compile for this card";
  case CuIllegalAddress:
  case 702: // launch timeout
  case 710: // assert
  case 714: // hardware stack error
  case 715: // illegal instruction
  case 716: // misaligned address
  case 717: // invalid address space
  case 718: // invalid pc
  case CuLaunchFailed:
    return fault;
  case 709: // context is destroyed
    return "something else in this process reset the card: start again";
  case 800: // not permitted
    return "the system does not let this user use the card so: see the rights of /dev/nvidia*";
  case 802: // system not ready
    return "the machine's fabric manager does not run yet: start nvidia-fabricmanager";
  case 803: // system driver mismatch
  case 804: // compatibility not supported
    return installation;
  case 805: // MPS: connection failed
  case 806:
  case 807:
  case 808:
  case 809:
  case 810:
    return "the MPS server failed or is full: see its log, or run without it";
  case 999: // unknown
    return "the driver does not know why; the system's log (dmesg) often does";
  default:
    return unexpected;
  }
}

} // namespace

Status Driver::describe(const char *call, CuResult result) const {
  if (result == CuSuccess)
    return {};
  const char *name = nullptr, *words = nullptr;
  // A driver that does not know its own error leaves the texts null.
  if (getErrorName(result, &name) != CuSuccess || !name)
    name = "an error without a name";
  if (getErrorString(result, &words) != CuSuccess || !words)
    words = "no words for it";
  return makeError(result == CuOutOfMemory ? ErrorCode::Resource : ErrorCode::Device,
                   "{} answered {} ({}): {}; {}", call, name, result, words, findRemedy(result));
}

} // namespace weft::cuda
