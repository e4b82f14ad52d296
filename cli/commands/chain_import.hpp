// `chain import`.
#pragma once

#include <cli/command.hpp>

namespace cairn::cli {

Reply run_import(Session& session, const Args& args);

} // namespace cairn::cli
