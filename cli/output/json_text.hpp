// JSON as cairn prints it: one line, keys in the order given. Control characters and bidirectional marks
// leave as \uXXXX, so that a terminal that shows the line is not steered by it. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace cairn::cli {

void append_json(std::string& out, const boost::json::value& value);
void append_json(std::string& out, const boost::json::object& object);
void append_json_string(std::string& out, std::string_view text);

} // namespace cairn::cli
