// The multicast socket, its interfaces, and the beacon's text.
#include <base/hex.hpp>
#include <transport/discovery.hpp>
#include <wire/line.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/multicast.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <set>
#include <utility>

namespace cairn::net {
namespace {

using boost::asio::ip::address_v4;
using boost::asio::ip::udp;
using boost::system::error_code;

constexpr std::string_view verb = "cairn/1";

/// Addresses of the interfaces that are up and carry multicast, the loopback's first.
std::set<address_v4> interfaces(bool beyond_loopback) {
    std::set<address_v4> out{address_v4::loopback()};
    ifaddrs* list = nullptr;
    if (!beyond_loopback || ::getifaddrs(&list) != 0) return out;
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> guard(list, &::freeifaddrs);
    constexpr unsigned wanted = IFF_UP | IFF_MULTICAST;
    for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET) continue;
        if ((one->ifa_flags & wanted) != wanted || (one->ifa_flags & IFF_LOOPBACK) != 0) continue;
        sockaddr_in address{};
        std::memcpy(&address, one->ifa_addr, sizeof address);
        out.insert(address_v4(ntohl(address.sin_addr.s_addr)));
    }
    return out;
}

ByteArray<8> big_endian(std::uint64_t value) {
    ByteArray<8> out;
    store_le(out.data(), value);
    std::reverse(out.begin(), out.end());
    return out;
}

} // namespace

std::string to_text(const Beacon& beacon) {
    return std::string(verb) + " net=" + to_hex(beacon.net.bytes) +
           " nonce=" + to_hex(big_endian(beacon.nonce)) + " port=" + std::to_string(beacon.port);
}

std::optional<Beacon> parse_beacon(std::string_view text) {
    if (text.size() > Beacon::max_size) return std::nullopt;
    if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (!printable || text.substr(0, text.find(' ')) != verb) return std::nullopt;
    Fields fields(text);
    Beacon out;
    out.net.bytes = fields.hex<4>("net");
    auto nonce = fields.hex<8>("nonce");
    std::reverse(nonce.begin(), nonce.end());
    out.nonce = load_le<std::uint64_t>(nonce.data());
    out.port = fields.number<std::uint16_t>("port");
    if (!fields.ok() || out.port == 0) return std::nullopt;
    return out;
}

class Discovery::State : public std::enable_shared_from_this<Discovery::State> {
  public:
    State(boost::asio::io_context& context, const DiscoveryOptions& options, Random& random,
          std::function<void(const Endpoint&)> found)
        : options_(options), random_(random), found_(std::move(found)), socket_(context), timer_(context) {}

    bool start() {
        if (!open()) {
            close();
            return false;
        }
        receive();
        tick();
        return true;
    }

    void announce(std::uint16_t port, bool at_loopback) {
        port_ = port;
        at_loopback_ = at_loopback;
        if (socket_.is_open()) tick();
    }

    void close() {
        error_code ignored;
        socket_.close(ignored);
        timer_.cancel();
    }

  private:
    udp::endpoint group() const { return {address_v4(options_.group), options_.port}; }

    /// Bound to the group's address, so that nothing else arrives; shared with other nodes of this machine.
    bool open() {
        error_code error;
        socket_.open(udp::v4(), error);
        if (error) return false;
        socket_.set_option(udp::socket::reuse_address(true), error);
#ifdef IP_MULTICAST_ALL
        // Of the groups that this socket joined, on the interfaces where it did: not what others here joined.
        const int no = 0;
        static_cast<void>(
            ::setsockopt(socket_.native_handle(), IPPROTO_IP, IP_MULTICAST_ALL, &no, sizeof no));
#endif
        socket_.set_option(boost::asio::ip::multicast::hops(1), error);
        socket_.set_option(boost::asio::ip::multicast::enable_loopback(true), error);
        socket_.non_blocking(true, error);
        socket_.bind(group(), error);
        if (error) return false;
        join();
        return !joined_.empty();
    }

    /// Interfaces come and go: those that are new are joined.
    void join() {
        auto now = interfaces(options_.beyond_loopback);
        for (auto one = now.begin(); one != now.end();) {
            error_code error;
            if (!joined_.contains(*one))
                socket_.set_option(boost::asio::ip::multicast::join_group(address_v4(options_.group), *one),
                                   error);
            const bool here = !error || error == boost::asio::error::address_in_use;
            one = here ? std::next(one) : now.erase(one);
        }
        joined_ = std::move(now);
    }

    void receive() {
        socket_.async_wait(udp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
            if (error || !self->socket_.is_open()) return;
            self->read();
            self->receive();
        });
    }

    /// What has arrived, but not without end.
    void read() {
        for (unsigned i = 0; i < 64 && socket_.is_open(); ++i) {
            std::array<char, Beacon::max_size + 1> text{};
            udp::endpoint from;
            error_code error;
            const std::size_t size = socket_.receive_from(boost::asio::buffer(text), from, 0, error);
            if (error) return;
            heard({text.data(), size}, from.address());
        }
    }

    void heard(std::string_view text, const boost::asio::ip::address& from) {
        const auto beacon = parse_beacon(text);
        if (!beacon || beacon->net != options_.net || beacon->nonce == options_.nonce) return;
        const Endpoint at = ipv4_endpoint(from.to_v4().to_bytes(), beacon->port);
        if ((!options_.beyond_loopback && !is_loopback(at)) || told_ >= options_.found_limit) return;
        ++told_;
        found_(at);
    }

    void tick() {
        told_ = 0;
        join();
        send();
        const std::uint64_t fifth = options_.interval_ms / 5;
        const std::uint64_t wait = options_.interval_ms - fifth + random_.below(2 * fifth + 1);
        timer_.expires_after(std::chrono::milliseconds(wait));
        timer_.async_wait([self = shared_from_this()](const error_code& error) {
            if (!error && self->socket_.is_open()) self->tick();
        });
    }

    /// A beacon that cannot leave is lost: the next one is due soon.
    void send() {
        if (port_ == 0) return;
        const std::string text = to_text(Beacon{options_.net, options_.nonce, port_});
        for (const auto& one : joined_) {
            if (at_loopback_ && !one.is_loopback()) continue;
            error_code error;
            socket_.set_option(boost::asio::ip::multicast::outbound_interface(one), error);
            if (!error) socket_.send_to(boost::asio::buffer(text), group(), 0, error);
        }
    }

    const DiscoveryOptions options_;
    Random& random_;
    const std::function<void(const Endpoint&)> found_;
    udp::socket socket_;
    boost::asio::steady_timer timer_;
    std::set<address_v4> joined_;
    std::uint16_t port_ = 0;
    bool at_loopback_ = true;
    unsigned told_ = 0; ///< since the last beacon was due
};

Discovery::Discovery(boost::asio::io_context& context, DiscoveryOptions options, Random& random,
                     std::function<void(const Endpoint&)> found)
    : state_(std::make_shared<State>(context, options, random, std::move(found))) {}

Discovery::~Discovery() { state_->close(); }

bool Discovery::start() { return state_->start(); }
void Discovery::announce(std::uint16_t port, bool at_loopback) { state_->announce(port, at_loopback); }

} // namespace cairn::net
