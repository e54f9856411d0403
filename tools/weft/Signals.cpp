// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Signals.h"

#include <csignal>
#include <initializer_list>

#include <unistd.h>

using namespace weft;

static volatile std::sig_atomic_t stopSignal = 0, saveRequested = 0;

static void handle(void (*handler)(int), std::initializer_list<int> numbers) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (int number : numbers)
    sigaction(number, &action, nullptr);
}

void driver::listenForSaveRequests() {
  handle([](int) { saveRequested = 1; }, {SIGUSR1});
}

bool driver::takeSaveRequest() {
  bool requested = saveRequested != 0;
  saveRequested = 0;
  return requested;
}

void driver::listenForStopSignals() {
  handle(
      [](int number) {
        if (stopSignal != 0)
          _exit(128 + number);
        stopSignal = number;
      },
      {SIGINT, SIGTERM, SIGHUP});
}

int driver::getStopSignal() { return stopSignal; }
