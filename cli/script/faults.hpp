// Faults of the machine as failures: no exception's name ever reaches the user.
#pragma once

#include <cli/answer.hpp>

#include <functional>

namespace cairn::cli {

/// The exception being handled: to be called within a catch block. Rethrows ClosedPipe.
Failure failure_of_current_exception();

/// Runs `work`; what it throws becomes a Failure. ClosedPipe passes.
Reply guarded(const std::function<Reply()>& work);

} // namespace cairn::cli
