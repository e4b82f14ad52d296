// Session: one connection, from accepted or dialled to closed. Kept alive by what it waits for; the owner may
// forget it at any time after abandon(). On the io_context's thread alone.
#pragma once

#include <protocol/peer_id.hpp>
#include <wire/endpoint.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <span>

namespace cairn::net {

/// To whom a session reports. Never called out of a call of the session's.
class SessionOwner {
  public:
    SessionOwner() = default;
    SessionOwner(const SessionOwner&) = delete;
    SessionOwner& operator=(const SessionOwner&) = delete;
    virtual ~SessionOwner() = default;
    virtual void on_received(PeerId peer, ByteView bytes) = 0;
    virtual void on_queued(PeerId peer, std::size_t unsent) = 0;
    virtual void on_closed(PeerId peer) = 0; ///< the last that it says
    /// Where a session reads into, one at a time.
    virtual std::span<Byte> scratch() = 0;
};

class Session : public std::enable_shared_from_this<Session> {
  public:
    using Socket = boost::asio::ip::tcp::socket;
    using Span = std::chrono::milliseconds;

    struct Limits {
        std::size_t queue_notice; ///< unsent bytes from which on send() has them reported
        Span flush;               ///< when the peer has ended its side
    };
    Session(Socket socket, PeerId id, SessionOwner& owner, Limits limits);

    void start();
    void send(Bytes bytes);
    /// Reads nothing more; closes when all is sent, after `flush` at the latest. A second call can but
    /// shorten that.
    void drop(Span flush);
    void throttle(bool stop_reading);
    /// Closes at once and never reports again.
    void abandon();

  private:
    void read();
    void on_readable();
    void write();
    void on_written(std::size_t written);
    void report_queue();
    void end_within(Span flush);
    void close();

    Socket socket_;
    boost::asio::steady_timer limit_;
    const PeerId id_;
    SessionOwner* owner_; ///< nullptr once abandoned
    const Limits limits_;
    std::deque<Bytes> queue_;
    std::size_t front_sent_ = 0; ///< bytes of the first of the queue
    std::size_t unsent_ = 0;
    bool reading_ = false; ///< a wait is under way
    bool writing_ = false;
    bool reporting_ = false; ///< of the queue
    bool throttled_ = false;
    bool dropped_ = false;
    bool ended_ = false; ///< closes when all is sent
    bool closed_ = false;
};

} // namespace cairn::net
