using System.Diagnostics;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Tests.Fakes;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Tests.Agents;

public sealed class HeartbeatTests
{
    [Fact]
    public async Task Silent_end_is_held_for_dead_when_the_limit_is_over()
    {
        (Stream silent, Stream own) = FullDuplexStream.CreatePair();
        await using var transport = new PeerTransport(own, TimeProvider.System);
        var options = new AgentLinkOptions { SilenceLimit = TimeSpan.FromSeconds(0.5) };
        Exception? death = null;
        var passed = Stopwatch.StartNew();

        await new SilenceWatch(transport, options, reason => death = reason).RunAsync(TestTimeout.Token);

        Assert.IsType<TimeoutException>(death);
        Assert.InRange(passed.Elapsed.TotalSeconds, 0.45, 1.5);
        await silent.DisposeAsync();
    }

    [Fact]
    public async Task Whatever_arrives_is_a_sign_of_life()
    {
        (Stream other, Stream own) = FullDuplexStream.CreatePair();
        await using var transport = new PeerTransport(own, TimeProvider.System);
        transport.Open();
        var options = new AgentLinkOptions { HeartbeatInterval = TimeSpan.FromSeconds(0.2), SilenceLimit = TimeSpan.FromSeconds(1) };
        using var end = new CancellationTokenSource();
        int beats = 0;
        Exception? death = null;

        // MessagePack: array of 3, code 6, channel 0, seeded: a frame without content.
        byte[] frame = [0x93, 0x06, 0x00, 0x00];
        byte[] buffer = new byte[frame.Length];
        Task beating = new Heartbeat(options, _ => Task.FromResult(Interlocked.Increment(ref beats))).RunAsync(end.Token);
        Task watching = new SilenceWatch(transport, options, reason => death = reason).RunAsync(end.Token);
        for (int i = 0; i < 8; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.25), TestTimeout.Token);
            await other.WriteAsync(frame, TestTimeout.Token);
            await transport.ReadExactlyAsync(buffer, TestTimeout.Token);
        }

        await end.CancelAsync();
        await Task.WhenAll(beating, watching);
        Assert.Null(death);
        Assert.InRange(beats, 3, 12);
        await other.DisposeAsync();
    }
}
