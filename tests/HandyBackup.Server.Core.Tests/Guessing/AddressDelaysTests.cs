using System.Net;
using HandyBackup.Testing;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Server.Core.Tests;

public sealed class AddressDelaysTests
{
    private static readonly IPAddress s_address = IPAddress.Parse("192.0.2.7");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Delay_begins_after_five_wrong_tokens_and_doubles_to_thirty_seconds()
    {
        var time = new InstantTimeProvider();
        var delays = new AddressDelays(time);
        for (int i = 0; i < 12; i++)
        {
            await delays.WaitAsync(s_address, Token);
            delays.Count(s_address);
        }

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], time.Pauses.Select(pause => pause.TotalSeconds));
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", true)]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData(null, null, true)]
    [InlineData("192.0.2.7", null, false)]
    public async Task One_network_is_one_address(string? wrong, string? next, bool waits)
    {
        var time = new InstantTimeProvider();
        var delays = new AddressDelays(time);
        Fail(delays, wrong is null ? null : IPAddress.Parse(wrong));

        await delays.WaitAsync(next is null ? null : IPAddress.Parse(next), Token);

        Assert.Equal(waits ? 1 : 0, time.Pauses.Count);
    }

    [Fact]
    public async Task Quiet_address_is_forgotten()
    {
        var time = new FakeTimeProvider();
        var delays = new AddressDelays(time);
        Fail(delays, s_address);
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.False(delays.WaitAsync(s_address, Token).IsCompleted);

        time.Advance(TimeSpan.FromMinutes(2));

        await delays.WaitAsync(s_address, Token).WaitAsync(TimeSpan.Zero, Token);
    }

    [Fact]
    public async Task Only_so_many_addresses_are_remembered()
    {
        var time = new InstantTimeProvider();
        var delays = new AddressDelays(time);
        Fail(delays, s_address);
        for (int i = 0; i < GuessDelays<IPAddress>.MaximumKeys - 1; i++)
        {
            delays.Count(new IPAddress([10, 0, (byte)(i >> 8), (byte)i]));
        }

        await delays.WaitAsync(s_address, Token);
        Assert.Single(time.Pauses);
        delays.Count(IPAddress.Parse("198.51.100.1"));

        await delays.WaitAsync(s_address, Token);
        Assert.Single(time.Pauses);
    }

    [Fact]
    public async Task Waiting_can_be_stopped()
    {
        var delays = new AddressDelays(new FakeTimeProvider());
        Fail(delays, s_address);
        using var stop = new CancellationTokenSource();
        Task waiting = delays.WaitAsync(s_address, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static void Fail(AddressDelays delays, IPAddress? address)
    {
        for (int i = 0; i < GuessDelays<IPAddress>.FreeFailures; i++)
        {
            delays.Count(address);
        }
    }
}
