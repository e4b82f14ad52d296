#include <base/utf8.hpp>
#include <cli/commands/network_words.hpp>

#include <algorithm>
#include <charconv>

namespace cairn::cli {

Expected<HostPort> split_endpoint(std::string_view argument, const std::string& text) {
    const auto colon = text.rfind(':');
    HostPort out;
    out.host = colon == std::string::npos ? "127.0.0.1" : text.substr(0, colon);
    if (out.host.size() >= 2 && out.host.front() == '[' && out.host.back() == ']')
        out.host = out.host.substr(1, out.host.size() - 2);
    const std::string port = colon == std::string::npos ? text : text.substr(colon + 1);
    const bool digits =
        !port.empty() && std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
    const std::string shown = "'" + escape_for_display(text) + "'";
    if (out.host.empty() || !digits) return bad_argument(argument, shown + " is not of the form [HOST:]PORT");
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (error != std::errc() || out.port == 0)
        return bad_argument(argument, shown + ": a port is a number from 1 to 65535");
    return out;
}

Failure failure_of(const net::PeerRefusal& refusal) {
    using Code = net::PeerRefusal::Code;
    const auto why = escape_for_display(refusal.why);
    const auto made = [&](Exit exit, const char* code, const char* hint) {
        return Failure{code, exit, why, hint, {}};
    };
    switch (refusal.code) {
    case Code::unresolved:
        return made(Exit::network, "unresolved", "check the name of the host");
    case Code::unreachable:
        return made(Exit::network, "unreachable",
                    "is cairn running there, and listening? `node status` says where");
    case Code::wrong_network:
        return made(Exit::network, "wrong_network", "`network show` names the network of a data directory");
    case Code::itself:
        return made(Exit::network, "self", "");
    case Code::refused:
        return made(Exit::network, "refused", "");
    case Code::already_connected:
        return made(Exit::failed, "already_connected", "`peers list` shows the connections");
    case Code::unknown:
        return made(Exit::not_found, "unknown_peer", "`peers list` shows the connections");
    }
    return made(Exit::network, "refused", "");
}

} // namespace cairn::cli
