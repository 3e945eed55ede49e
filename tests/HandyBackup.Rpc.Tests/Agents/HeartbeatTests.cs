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
        var passed = Stopwatch.StartNew();

        await transport.WaitForSilenceAsync(TimeSpan.FromSeconds(0.5), TestTimeout.Token);

        Assert.InRange(passed.Elapsed.TotalSeconds, 0.45, 1.5);
        await silent.DisposeAsync();
    }

    [Fact]
    public async Task Whatever_arrives_is_a_sign_of_life()
    {
        (Stream other, Stream own) = FullDuplexStream.CreatePair();
        await using var transport = new PeerTransport(own, TimeProvider.System);
        transport.Open();
        var options = new AgentLinkOptions { HeartbeatInterval = TimeSpan.FromSeconds(0.2) };
        using var end = new CancellationTokenSource();
        int beats = 0;

        // MessagePack: array of 3, code 6, channel 0, seeded: a frame without content.
        byte[] frame = [0x93, 0x06, 0x00, 0x00];
        byte[] buffer = new byte[frame.Length];
        Task beating = new Heartbeat(options, _ => Task.FromResult(Interlocked.Increment(ref beats))).RunAsync(end.Token);
        Task watching = transport.WaitForSilenceAsync(TimeSpan.FromSeconds(1), end.Token);
        for (int i = 0; i < 8; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.25), TestTimeout.Token);
            await other.WriteAsync(frame, TestTimeout.Token);
            await transport.ReadExactlyAsync(buffer, TestTimeout.Token);
        }

        await end.CancelAsync();
        await beating;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        Assert.InRange(beats, 3, 12);
        await other.DisposeAsync();
    }
}
