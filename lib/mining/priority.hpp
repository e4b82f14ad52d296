// Manners towards the rest of the machine.
#pragma once

namespace cairn::mining {

/// Lets the calling thread stand back where others want the processor: niceness 10, about a tenth of the
/// share of a thread of ordinary priority. Nothing happens where the platform has no niceness of single
/// threads, or where the thread stands back as far already.
void lower_thread_priority();

} // namespace cairn::mining
