// The listener, and the book of sessions.
#include <transport/dialler.hpp>
#include <transport/session.hpp>
#include <transport/sockets.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace cairn::net {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

/// How long the listener rests when the system has no descriptors left.
constexpr milliseconds accept_pause{100};

Endpoint endpoint_of(const tcp::endpoint& at) {
    if (at.address().is_v4()) return ipv4_endpoint(at.address().to_v4().to_bytes(), at.port());
    return {at.address().to_v6().to_bytes(), at.port()};
}

bool is_everywhere(const std::string& host) {
    return host.empty() || host == "*" || host == "::" || host == "[::]";
}

[[noreturn]] void refuse(const std::string& host, std::uint16_t port, const error_code& error) {
    const bool bare = host.find(':') != std::string::npos && host.front() != '[';
    const std::string name = is_everywhere(host) ? "*" : bare ? "[" + host + "]" : host;
    const std::string text = "cannot listen on " + name + ":" + std::to_string(port) + ": ";
    if (error == boost::asio::error::address_in_use) throw PortTaken(text + "the port is taken");
    throw CannotListen(text + error.message());
}

} // namespace

class Sockets::State final : public SessionOwner, public std::enable_shared_from_this<Sockets::State> {
  public:
    State(boost::asio::io_context& context, SocketSinks sinks, SocketLimits limits)
        : context_(context),
          sinks_(std::move(sinks)),
          limits_(limits),
          scratch_(limits.read_bytes),
          pause_(context),
          dialler_(context, milliseconds(limits.dial_ms), limits.dials, outcome()) {}

    void abandon() {
        closing_ = true;
        closed_ = nullptr;
        stop_listening();
        dialler_.cancel();
        for (const auto& [id, session] : std::exchange(sessions_, {})) session->abandon();
    }

    std::uint16_t listen(const std::string& host, std::uint16_t port) {
        const auto address = is_everywhere(host)   ? parse_address("::")
                             : host == "localhost" ? parse_address("127.0.0.1")
                                                   : parse_address(host);
        if (!address) throw CannotListen("cannot listen on " + host + ": it is no address");
        if (port != 0 && listen_at() == tcp::endpoint(*address, port)) return port;
        Opened opened = open_in_place(*address, port);
        if (opened.error == boost::asio::error::address_family_not_supported && is_everywhere(host))
            opened = open_in_place(boost::asio::ip::address_v4::any(), port); // a machine without IPv6
        if (opened.error) refuse(host, port, opened.error);
        stop_listening();
        acceptor_ = std::move(opened.acceptor);
        accept();
        return listen_port();
    }

    void stop_listening() {
        if (!acceptor_) return;
        error_code ignored;
        acceptor_->close(ignored);
        acceptor_.reset();
        pause_.cancel();
    }

    std::uint16_t listen_port() const { return listen_at().port(); }

    void dial(DialId id, const std::string& host, std::uint16_t port) {
        if (!closing_) dialler_.dial(id, host, port);
    }

    Session* find(PeerId peer) const {
        const auto found = sessions_.find(peer);
        return found == sessions_.end() ? nullptr : found->second.get();
    }
    std::size_t sessions() const { return sessions_.size(); }
    milliseconds flush() const { return milliseconds(limits_.flush_ms); }

    void close(std::function<void()> closed) {
        closing_ = true;
        closed_ = std::move(closed);
        stop_listening();
        dialler_.cancel();
        for (const auto& [id, session] : sessions_) session->drop(milliseconds(limits_.close_ms));
        boost::asio::post(context_, [self = shared_from_this()] { self->tell_closed(); });
    }

  private:
    void on_received(PeerId peer, ByteView bytes) override { sinks_.received(peer, bytes); }
    void on_queued(PeerId peer, std::size_t unsent) override { sinks_.queued(peer, unsent); }
    void on_closed(PeerId peer) override {
        sessions_.erase(peer);
        if (!closing_) return sinks_.disconnected(peer);
        tell_closed();
    }
    std::span<Byte> scratch() override { return scratch_; }

    void tell_closed() {
        if (!sessions_.empty() || !closed_) return;
        const auto closed = std::exchange(closed_, nullptr);
        closed();
    }

    Dialler::Outcome outcome() {
        return {[this](DialId id, tcp::socket socket) {
                    if (adopt(std::move(socket), id)) return;
                    sinks_.dial_failed(id, DialFailure::unreachable, "the connection was closed at once");
                },
                [this](DialId id, DialFailure failure, std::string why) {
                    sinks_.dial_failed(id, failure, std::move(why));
                }};
    }

    /// False where the connection is gone already.
    bool adopt(tcp::socket socket, std::optional<DialId> dial) {
        error_code gone;
        const auto remote = socket.remote_endpoint(gone);
        if (gone) return false;
        const PeerId id{++last_peer_};
        const auto session = std::make_shared<Session>(std::move(socket), id, *this,
                                                       Session::Limits{limits_.queue_notice, flush()});
        sessions_.emplace(id, session);
        sinks_.connected(id, endpoint_of(remote), dial);
        session->start();
        return true;
    }

    struct Opened {
        std::shared_ptr<tcp::acceptor> acceptor;
        error_code error;
    };

    Opened open(const tcp::endpoint& at) {
        Opened out{std::make_shared<tcp::acceptor>(context_), {}};
        tcp::acceptor& opened = *out.acceptor;
        opened.open(at.protocol(), out.error);
        if (out.error) return out;
        // Where a connection of an earlier run still winds down the port is free all the same.
        opened.set_option(tcp::acceptor::reuse_address(true), out.error);
        if (at.protocol() == tcp::v6())
            opened.set_option(boost::asio::ip::v6_only(!at.address().is_unspecified()), out.error);
        opened.bind(at, out.error);
        if (!out.error) opened.listen(tcp::acceptor::max_listen_connections, out.error);
        return out;
    }

    /// Beside the listener that there is. Where that one is in the way itself (the same port on other
    /// interfaces) it makes room, and stands again where the new one still cannot.
    Opened open_in_place(const boost::asio::ip::address& address, std::uint16_t port) {
        const tcp::endpoint wanted(address, port);
        const tcp::endpoint before = listen_at();
        Opened out = open(wanted);
        if (out.error != boost::asio::error::address_in_use || port == 0 || before.port() != port) return out;
        stop_listening();
        out = open(wanted);
        if (!out.error) return out;
        if (Opened again = open(before); !again.error) {
            acceptor_ = std::move(again.acceptor);
            accept();
        }
        return out;
    }

    /// Port 0 where it does not listen.
    tcp::endpoint listen_at() const {
        error_code gone;
        const auto at = acceptor_ ? acceptor_->local_endpoint(gone) : tcp::endpoint();
        return gone ? tcp::endpoint() : at;
    }

    void accept() {
        acceptor_->async_accept(
            [weak = weak_from_this(), which = acceptor_](const error_code& error, tcp::socket socket) {
                const auto self = weak.lock();
                if (!self || self->acceptor_ != which) return;
                if (error) return self->accept_later(error);
                if (self->sessions_.size() < self->limits_.sessions)
                    self->adopt(std::move(socket), std::nullopt);
                if (self->acceptor_ == which) self->accept();
            });
    }

    void accept_later(const error_code& error) {
        const bool exhausted = error == boost::asio::error::no_descriptors ||
                               error == boost::system::errc::too_many_files_open_in_system ||
                               error == boost::asio::error::no_buffer_space ||
                               error == boost::asio::error::no_memory;
        if (!exhausted) return accept(); // the connection broke off while it waited
        pause_.expires_after(accept_pause);
        pause_.async_wait([weak = weak_from_this(), which = acceptor_](const error_code& cancelled) {
            const auto self = weak.lock();
            if (!cancelled && self && self->acceptor_ == which) self->accept();
        });
    }

    boost::asio::io_context& context_;
    const SocketSinks sinks_;
    const SocketLimits limits_;
    std::vector<Byte> scratch_;
    std::shared_ptr<tcp::acceptor> acceptor_; ///< nullptr while it does not listen
    boost::asio::steady_timer pause_;
    Dialler dialler_;
    std::map<PeerId, std::shared_ptr<Session>> sessions_;
    std::uint64_t last_peer_ = 0;
    bool closing_ = false;
    std::function<void()> closed_;
};

Sockets::Sockets(boost::asio::io_context& context, SocketSinks sinks, SocketLimits limits)
    : state_(std::make_shared<State>(context, std::move(sinks), limits)) {}

Sockets::~Sockets() { state_->abandon(); }

std::uint16_t Sockets::listen(const std::string& host, std::uint16_t port) {
    return state_->listen(host, port);
}
void Sockets::stop_listening() { state_->stop_listening(); }
std::uint16_t Sockets::listen_port() const { return state_->listen_port(); }

void Sockets::dial(DialId id, const std::string& host, std::uint16_t port) { state_->dial(id, host, port); }

void Sockets::send(PeerId peer, Bytes bytes) {
    if (auto* session = state_->find(peer)) session->send(std::move(bytes));
}
void Sockets::drop(PeerId peer) {
    if (auto* session = state_->find(peer)) session->drop(state_->flush());
}
void Sockets::throttle(PeerId peer, bool stop_reading) {
    if (auto* session = state_->find(peer)) session->throttle(stop_reading);
}

void Sockets::close(std::function<void()> closed) { state_->close(std::move(closed)); }

std::size_t Sockets::sessions() const { return state_->sessions(); }

} // namespace cairn::net
