// The event loop over Boost.Asio's reactor: the only file that includes it.
#include "http/event_loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>

#include "base/mutex.h"

namespace wr::http {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

class AsioDescriptor final : public Descriptor {
public:
    AsioDescriptor(asio::io_context& context, int descriptor) : descriptor_(context) {
        error_code ignored;
        descriptor_.assign(descriptor, ignored);
        if (!descriptor_.is_open()) ::close(descriptor);
    }
    int number() const override {
        return const_cast<asio::posix::stream_descriptor&>(descriptor_).native_handle();
    }
    void wait_readable(std::shared_ptr<Watcher> watcher) override {
        descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                               [watcher = std::move(watcher)](const error_code& error) {
                                   if (error != asio::error::operation_aborted) {
                                       watcher->ready_to_read();
                                   }
                               });
    }
    void wait_writable(std::shared_ptr<Watcher> watcher) override {
        descriptor_.async_wait(asio::posix::stream_descriptor::wait_write,
                               [watcher = std::move(watcher)](const error_code& error) {
                                   if (error != asio::error::operation_aborted) {
                                       watcher->ready_to_write();
                                   }
                               });
    }
    void close() override {
        error_code ignored;
        descriptor_.close(ignored);
    }

private:
    asio::posix::stream_descriptor descriptor_;
};

class AsioLoop final : public EventLoop {
public:
    AsioLoop() : context_(1), work_(context_.get_executor()), timer_(context_) {}
    ~AsioLoop() override { stop(); }

    void start(std::chrono::milliseconds period, std::function<void()> tick) override {
        period_ = period;
        tick_ = std::move(tick);
        arm();
        thread_ = std::thread([this] { context_.run(); });
    }

    std::unique_ptr<Descriptor> watch(int descriptor) override {
        return std::make_unique<AsioDescriptor>(context_, descriptor);
    }

    bool post(std::function<void()> work) override {
        // The lock keeps work from entering the queue after stop() has emptied it.
        base::MutexLock lock(mutex_);
        if (is_stopped_) return false;
        asio::post(context_, std::move(work));
        return true;
    }

    bool is_current_thread() const override {
        return const_cast<asio::io_context&>(context_).get_executor().running_in_this_thread();
    }

    void stop() override {
        {
            base::MutexLock lock(mutex_);
            if (is_stopped_) return;
            is_stopped_ = true;
        }
        context_.stop();
        if (thread_.joinable()) thread_.join();
        timer_.cancel();
        // What is left (answers to closed connections, cancelled waits) holds what it refers to.
        context_.restart();
        while (context_.poll() > 0) {
        }
    }

private:
    void arm() {
        timer_.expires_after(period_);
        timer_.async_wait([this](const error_code& error) {
            if (error) return;
            tick_();
            arm();
        });
    }

    base::Mutex mutex_;
    bool is_stopped_ GUARDED_BY(mutex_) = false;
    asio::io_context context_;
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    asio::steady_timer timer_;
    std::chrono::milliseconds period_{0};
    std::function<void()> tick_;
    std::thread thread_;
};

}  // namespace

std::shared_ptr<EventLoop> EventLoop::create() {
    return std::make_shared<AsioLoop>();
}

}  // namespace wr::http
