using System.Net;
using HandyBackup.Testing;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Server.Core.Tests;

public sealed class LoginDelaysTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Account_is_guessed_at_slowly_from_however_many_addresses()
    {
        var time = new InstantTimeProvider();
        var delays = new LoginDelays(time);
        for (int i = 0; i < 9; i++)
        {
            Assert.False(await delays.EnterAsync(i % 2 == 0 ? "anna" : "ANNA", Address(i), Token));
        }

        Assert.Equal([1, 2, 4, 8], time.Pauses.Select(pause => pause.TotalSeconds));
    }

    [Fact]
    public async Task Address_guesses_slowly_at_however_many_accounts()
    {
        var time = new InstantTimeProvider();
        var delays = new LoginDelays(time);
        for (int i = 0; i < 8; i++)
        {
            await delays.EnterAsync($"user {i}", Address(1), Token);
        }

        Assert.Equal([1, 2, 4], time.Pauses.Select(pause => pause.TotalSeconds));
    }

    [Fact]
    public async Task Many_at_once_do_not_pass_as_the_first()
    {
        var time = new InstantTimeProvider();
        var delays = new LoginDelays(time);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => delays.EnterAsync("anna", Address(i), Token)));

        Assert.Equal([1, 2, 4], time.Pauses.Select(pause => pause.TotalSeconds).Order());
    }

    [Fact]
    public async Task Ten_failures_in_a_row_lock_the_account_for_a_quarter_of_an_hour_which_nobody_prolongs()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.Zero };
        var delays = new LoginDelays(time);
        for (int i = 0; i < LoginDelays.LockingFailures; i++)
        {
            Assert.False(await EnterAsync(delays, time, i));
        }

        Assert.True(await EnterAsync(delays, time, 20));
        time.Advance(TimeSpan.FromMinutes(14));
        Assert.True(await EnterAsync(delays, time, 21));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(await EnterAsync(delays, time, 22));
    }

    [Fact]
    public async Task Success_clears_the_accounts_count_and_takes_back_its_own_of_the_address()
    {
        var time = new InstantTimeProvider();
        var delays = new LoginDelays(time);
        for (int i = 0; i < 30; i++)
        {
            await delays.EnterAsync("anna", Address(1), Token);
            delays.Succeed("anna", Address(1));
        }

        Assert.Empty(time.Pauses);
        for (int i = 0; i < 5; i++)
        {
            await delays.EnterAsync("bert", Address(1), Token);
        }

        await delays.EnterAsync("anna", Address(1), Token);
        delays.Succeed("anna", Address(1));
        await delays.EnterAsync("anna", Address(1), Token);
        Assert.Equal([1, 1], time.Pauses.Select(pause => pause.TotalSeconds));
    }

    private static IPAddress Address(int number) => new([198, 51, 100, (byte)number]);

    private static async Task<bool> EnterAsync(LoginDelays delays, FakeTimeProvider time, int address)
    {
        Task<bool> entering = delays.EnterAsync("anna", Address(address), Token);
        while (!entering.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await entering;
    }
}
