// Where scripts come from: files and standard input.
#pragma once

#include <cli/script/line_source.hpp>

namespace cairn::cli {

class Session;

/// Lines as they arrive on standard input; events go on being dealt with while it is silent. Ends with the
/// session's stop failure on Ctrl-C and --timeout.
LineSource standard_input(Session& session);

/// The same of a file, a pipe or a device. file_not_found (4), io_error (1).
Expected<LineSource> open_script(Session& session, const std::string& name);

} // namespace cairn::cli
