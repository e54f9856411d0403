// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Signals of a training run (docs/spec/cli.md). The handlers set a flag; the loop reads it.
#ifndef TOOLS_WEFT_SIGNALS_H
#define TOOLS_WEFT_SIGNALS_H

namespace weft::driver {

/// From here on SIGUSR1 is a wish to save, and no longer the end of the process.
void listenForSaveRequests();
/// Whether there was one since the last call.
bool takeSaveRequest();

/// From here on the first SIGINT, SIGTERM or SIGHUP is a wish to stop; the second leaves at once,
/// which loses nothing that was saved.
void listenForStopSignals();
/// The number of the signal that wished to stop, or 0.
int getStopSignal();

} // namespace weft::driver

#endif
