#include <base/utf8.hpp>
#include <cli/commands/network_words.hpp>

#include <charconv>

namespace cairn::cli {

Expected<HostPort> split_endpoint(std::string_view argument, const std::string& text) {
    const auto colon = text.rfind(':');
    HostPort out;
    out.host = colon == std::string::npos ? "127.0.0.1" : text.substr(0, colon);
    if (out.host.size() >= 2 && out.host.front() == '[' && out.host.back() == ']')
        out.host = out.host.substr(1, out.host.size() - 2);
    const std::string port = colon == std::string::npos ? text : text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (out.host.empty() || error != std::errc() || end != port.data() + port.size() || out.port == 0)
        return bad_argument(argument, "'" + escape_for_display(text) + "' is not of the form HOST:PORT");
    return out;
}

} // namespace cairn::cli
