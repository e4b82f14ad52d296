// Sockets: the TCP side of the driver. Bytes in, bytes out; it knows nothing of the protocol. It lives on an
// io_context and is used by the thread that runs it alone.
//
//   accepted or dialled ─▶ connected ─▶ received* , queued* ─▶ disconnected
//   dial ─▶ connected or dial_failed, one of the two
#pragma once

#include <protocol/peer_id.hpp>
#include <wire/endpoint.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace boost::asio {
class io_context;
} // namespace boost::asio

namespace cairn::net {

/// Nobody can be let in there. The text is for people: "cannot listen on 127.0.0.1:9401: the port is taken".
class CannotListen : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};
/// Another program, or another node, listens there.
class PortTaken : public CannotListen {
  public:
    using CannotListen::CannotListen;
};

enum class DialFailure {
    unresolved,  ///< no such host, or no answer about it in time
    unreachable, ///< refused, no way there, or no answer in time
};

/// What is reported. All are set. They are called on the io_context, never out of a call of Sockets, and may
/// call Sockets; they must not throw and must not destroy it.
struct SocketSinks {
    /// `remote`: whom we are connected to; an accepted connection has its sender's port, not its listener's.
    /// `dial`: whose consequence it is; nullopt for an accepted connection.
    std::function<void(PeerId, const Endpoint& remote, std::optional<DialId> dial)> connected;
    std::function<void(DialId, DialFailure, std::string why)> dial_failed;
    /// 1 byte to SocketLimits::read_bytes, in the order of the stream.
    std::function<void(PeerId, ByteView bytes)> received;
    /// Bytes given to send() that the system has not taken yet, at the time of the call: after each write,
    /// and after sends that leave queue_notice or more (a peer that reads nothing lets no write end).
    std::function<void(PeerId, std::size_t unsent)> queued;
    /// Once for each `connected`, also after drop(); the last that is said of this peer.
    std::function<void(PeerId)> disconnected;
};

struct SocketLimits {
    std::size_t read_bytes = 64 << 10;
    std::size_t queue_notice = 256 << 10;
    std::size_t sessions = 256;     ///< what is accepted beyond that is closed unheard
    std::size_t dials = 64;         ///< under way at once; more are unreachable
    std::uint64_t dial_ms = 5'000;  ///< for resolving and all addresses together
    std::uint64_t flush_ms = 1'000; ///< for what is unsent when a session ends
    std::uint64_t close_ms = 500;   ///< the same for all, when all end
};

class Sockets {
  public:
    Sockets(boost::asio::io_context& context, SocketSinks sinks, SocketLimits limits = {});
    /// Closes what is open at once and reports nothing more.
    ~Sockets();
    Sockets(const Sockets&) = delete;
    Sockets& operator=(const Sockets&) = delete;

    /// Lets peers in, in place of where it listened before. `host`: an address or "localhost"; empty, "*"
    /// and "::" are every interface, IPv6 and IPv4. `port` 0: a free one. Returns the port. Throws PortTaken,
    /// CannotListen; then all is as it was.
    std::uint16_t listen(const std::string& host, std::uint16_t port);
    void stop_listening();
    std::uint16_t listen_port() const; ///< 0 where it does not listen

    /// `host`: a name or an address, with or without brackets. Its addresses are tried one after the other.
    void dial(DialId id, const std::string& host, std::uint16_t port);

    // Of a peer that is unknown, was dropped or is gone: nothing happens.

    /// Queues without limit: who calls looks at `queued` and drops those who do not read.
    void send(PeerId peer, Bytes bytes);
    /// Nothing of this peer is reported any more but `disconnected`, when what was sent before is flushed, or
    /// flush_ms later.
    void drop(PeerId peer);
    /// While true nothing is read, so that the peer's own sends come to a halt.
    void throttle(PeerId peer, bool stop_reading);

    /// Ends all: listener, dials, sessions (flushed, close_ms at most). Nothing is reported any more but
    /// `closed`, once. Nothing may be asked afterwards but close(), whose `closed` takes the place of one
    /// that was not called yet.
    void close(std::function<void()> closed);

    std::size_t sessions() const; ///< connected, and not yet reported as disconnected

  private:
    class State;
    std::shared_ptr<State> state_;
};

} // namespace cairn::net
