// One attempt: resolve, then try the addresses in turn, each for its share of the time that is left.
#include <transport/dialler.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace cairn::net {

using boost::system::error_code;

class Dialler::Attempt : public std::enable_shared_from_this<Attempt> {
  public:
    using Clock = std::chrono::steady_clock;

    Attempt(Dialler& owner, DialId id)
        : owner_(&owner),
          id_(id),
          socket_(owner.context_),
          timer_(owner.context_),
          until_(Clock::now() + owner.limit_) {}

    void refuse(const std::string& why) {
        post([self = shared_from_this(), why] { self->fail(DialFailure::unreachable, why); });
    }

    void start(const std::string& host, std::uint16_t port) {
        if (const auto address = parse_address(host)) {
            addresses_.emplace_back(*address, port);
            return post([self = shared_from_this()] { self->connect(); });
        }
        wait(until_,
             [](Attempt& self) { self.fail(DialFailure::unresolved, "the name service does not answer"); });
        question_ = owner_->resolver_.ask(host, port, [self = shared_from_this()](Resolver::Answer answer) {
            self->question_.reset();
            if (!answer) return self->fail(DialFailure::unresolved, answer.error());
            self->addresses_ = std::move(*answer);
            self->connect();
        });
    }

    /// Nothing is told any more.
    void abandon() {
        if (owner_ != nullptr && question_) owner_->resolver_.forget(*question_);
        owner_ = nullptr;
        stop_waiting();
        error_code ignored;
        socket_.close(ignored);
    }

  private:
    template <typename Task> void post(Task task) {
        boost::asio::post(socket_.get_executor(), std::move(task));
    }

    /// One wait at a time: a later one, or stop_waiting(), takes the place of the one before.
    template <typename Task> void wait(Clock::time_point until, Task task) {
        timer_.expires_at(until);
        timer_.async_wait([self = shared_from_this(), number = ++waits_, task](const error_code& error) {
            if (!error && number == self->waits_ && self->owner_ != nullptr) task(*self);
        });
    }
    void stop_waiting() {
        ++waits_;
        timer_.cancel();
    }

    void connect() {
        if (owner_ == nullptr) return;
        const std::size_t left = addresses_.size() - next_;
        const auto now = Clock::now();
        if (left == 0 || now >= until_) return fail(DialFailure::unreachable, why_);
        socket_ = Socket(owner_->context_);
        wait(now + (until_ - now) / static_cast<int>(left), [](Attempt& self) {
            error_code ignored;
            self.socket_.close(ignored); // and the connect below ends
        });
        socket_.async_connect(addresses_[next_++],
                              [self = shared_from_this()](const error_code& error) { self->tried(error); });
    }

    void tried(const error_code& error) {
        if (owner_ == nullptr) return;
        stop_waiting();
        // A connection within the machine may meet itself, where nobody listens at the port that it was
        // given.
        error_code gone;
        const auto local = socket_.local_endpoint(gone);
        if (!error && !gone && local != socket_.remote_endpoint(gone) && !gone) {
            auto* owner = std::exchange(owner_, nullptr);
            return owner->finish(id_, std::move(socket_));
        }
        if (error == boost::asio::error::operation_aborted)
            why_ = "no answer";
        else
            why_ = error ? error.message() : "Connection refused";
        connect();
    }

    void fail(DialFailure failure, const std::string& why) {
        if (owner_ == nullptr) return;
        auto* owner = owner_;
        abandon();
        owner->finish(id_, failure, why);
    }

    Dialler* owner_; ///< nullptr once it is over
    const DialId id_;
    Socket socket_;
    boost::asio::steady_timer timer_;
    const Clock::time_point until_;
    std::uint64_t waits_ = 0;
    std::optional<Resolver::Number> question_;
    Resolver::Addresses addresses_;
    std::size_t next_ = 0;
    std::string why_ = "no answer";
};

Dialler::Dialler(boost::asio::io_context& context, std::chrono::milliseconds limit, std::size_t most,
                 Outcome outcome)
    : context_(context), limit_(limit), most_(most), outcome_(std::move(outcome)), resolver_(context) {}

Dialler::~Dialler() { cancel(); }

void Dialler::dial(DialId id, const std::string& host, std::uint16_t port) {
    const bool full = attempts_.size() >= most_;
    const auto attempt = std::make_shared<Attempt>(*this, id);
    attempts_.emplace(id, attempt);
    full ? attempt->refuse("too many attempts at once") : attempt->start(host, port);
}

void Dialler::cancel() {
    for (const auto& [id, attempt] : std::exchange(attempts_, {})) attempt->abandon();
}

void Dialler::finish(DialId id, Socket socket) {
    attempts_.erase(id);
    outcome_.connected(id, std::move(socket));
}

void Dialler::finish(DialId id, DialFailure failure, std::string why) {
    attempts_.erase(id);
    outcome_.failed(id, failure, std::move(why));
}

} // namespace cairn::net
