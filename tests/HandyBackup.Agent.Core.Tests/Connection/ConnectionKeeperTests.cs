using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Tests.Kit;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Agent.Core.Tests.Connection;

// The server is a double here: what is proved is when the agent comes, and what it makes of what it meets. Real servers are met in the end-to-end tests.
public sealed class ConnectionKeeperTests : IAsyncLifetime
{
    private static readonly TimeSpan s_tenth = TimeSpan.FromSeconds(0.1);
    private readonly KeeperRig _rig = new();

    [Fact]
    public async Task It_connects_at_once_and_says_so()
    {
        _rig.Run();
        await _rig.Door.NextAsync();
        await KeeperRig.UntilAsync(() => _rig.Reports.Count == 2);
        Assert.Equal([AgentConnectionState.Connecting, AgentConnectionState.Connected], _rig.Reports.Select(report => report.State));
        Assert.Equal(("server.example:10680", AgentKind.Workstation, KeeperRig.Start), (_rig.Reports.Last().Server, _rig.Reports.Last().Kind, _rig.Reports.Last().Since));
    }

    [Fact]
    public async Task Pauses_double_from_a_second_to_a_minute()
    {
        _rig.Door.Refusal = Unreachable();
        _rig.Run(chance: 1);
        await _rig.Door.NextAttemptAsync();
        foreach (int seconds in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            TimeSpan pause = await _rig.UntilNextAttemptAsync(TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(1));
            Assert.InRange(pause.TotalSeconds, seconds, seconds + 1);
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public async Task Pauses_are_drawn_from_their_whole_length(double chance)
    {
        _rig.Door.Refusal = Unreachable();
        _rig.Run(chance);
        await _rig.Door.NextAttemptAsync();
        for (int i = 0; i < 2; i++)
        {
            TimeSpan pause = await _rig.UntilNextAttemptAsync(TimeSpan.FromSeconds(10), s_tenth);
            Assert.InRange(pause.TotalSeconds, 0, (Math.Pow(2, i) * chance) + 0.3);
        }
    }

    [Fact]
    public async Task A_connection_that_lasted_makes_the_next_pause_short_again()
    {
        _rig.Door.Refusal = Unreachable();
        _rig.Run(chance: 1);
        await _rig.Door.NextAttemptAsync();
        for (int i = 0; i < 5; i++)
        {
            await _rig.UntilNextAttemptAsync(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(1));
        }

        _rig.Door.Refusal = null;
        await _rig.UntilNextAttemptAsync(TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(1));
        ScriptedConnection connection = await _rig.Door.NextAsync();
        await KeeperRig.SettleAsync();
        _rig.Time.Advance(TimeSpan.FromSeconds(61));
        connection.End(null);
        TimeSpan pause = await _rig.UntilNextAttemptAsync(TimeSpan.FromSeconds(90), s_tenth);
        Assert.InRange(pause.TotalSeconds, 0.9, 1.2);
    }

    [Fact]
    public async Task A_connection_that_breaks_at_once_does_not()
    {
        _rig.Run(chance: 1);
        foreach (int seconds in (int[])[1, 2, 4])
        {
            (await _rig.Door.NextAsync()).End(new IOException("broken"));
            TimeSpan pause = await _rig.UntilNextAttemptAsync(TimeSpan.FromSeconds(90), s_tenth);
            Assert.InRange(pause.TotalSeconds, seconds - 0.1, seconds + 0.3);
        }
    }

    [Theory]
    [InlineData(ErrorCode.AgentSuspended, 300)]
    [InlineData(ErrorCode.AgentRevoked, 300)]
    [InlineData(ErrorCode.ProtocolMismatch, 300)]
    [InlineData(ErrorCode.AgentCertificateExpired, 300)]
    [InlineData(ErrorCode.AgentNotApproved, 60)]
    public async Task A_refusal_is_asked_about_by_the_minute_and_said_once(ErrorCode code, int seconds)
    {
        _rig.Door.Refusal = new HandyBackupException(code, "Not wanted.") { Advice = "Ask somebody." };
        _rig.Run(chance: 1);
        await _rig.Door.NextAttemptAsync();
        for (int i = 0; i < 3; i++)
        {
            TimeSpan pause = await _rig.UntilNextAttemptAsync(TimeSpan.FromSeconds(400), TimeSpan.FromSeconds(5));

            // Never early. On a busy machine the clock of the test runs ahead of who waits for it.
            Assert.InRange(pause.TotalSeconds, seconds - 5, seconds + 90);
        }

        string line = Assert.Single(_rig.Log.LinesFrom(LogLevel.Information));
        Assert.Contains("Not wanted. Ask somebody.", line, StringComparison.Ordinal);
        Assert.Equal((AgentConnectionState.Refused, code), (_rig.Reports.Last().State, _rig.Reports.Last().Error!.Code));

        _rig.Door.Refusal = null;
        await _rig.UntilNextAttemptAsync(TimeSpan.FromSeconds(400), TimeSpan.FromSeconds(5));
        await _rig.Door.NextAsync();
        await KeeperRig.UntilAsync(() => _rig.Reports.Last().State == AgentConnectionState.Connected);
    }

    [Fact]
    public async Task A_change_of_the_network_ends_the_pause()
    {
        _rig.Door.Refusal = new HandyBackupException(ErrorCode.AgentSuspended, "Suspended.");
        _rig.Run(chance: 1);
        await _rig.Door.NextAttemptAsync();
        await KeeperRig.SettleAsync();
        _rig.Time.Advance(TimeSpan.FromSeconds(2));
        await KeeperRig.SettleAsync();
        _rig.Signal.Raise();
        Assert.Equal(2, await _rig.Door.NextAttemptAsync());
    }

    [Fact]
    public async Task However_often_the_network_changes_attempts_keep_their_distance()
    {
        _rig.Door.Refusal = Unreachable();
        _rig.Run(chance: 1);
        for (int i = 1; i < 5; i++)
        {
            Assert.Equal(i, await _rig.Door.NextAttemptAsync());
            await KeeperRig.SettleAsync();
            for (int change = 0; change < 10; change++)
            {
                _rig.Signal.Raise();
            }

            await KeeperRig.SettleAsync();
            Assert.Equal(i, _rig.Door.Attempts);
            _rig.Time.Advance(TimeSpan.FromSeconds(1));
            await KeeperRig.SettleAsync();
            _rig.Signal.Raise();
        }
    }

    [Fact]
    public async Task After_a_change_of_the_network_a_live_connection_stays_and_a_dead_one_is_replaced()
    {
        _rig.Run(chance: 0);
        ScriptedConnection connection = await _rig.Door.NextAsync();
        await KeeperRig.SettleAsync();
        _rig.Signal.Raise();
        await KeeperRig.UntilAsync(() => connection.Pings == 1);
        await KeeperRig.SettleAsync();
        Assert.False(connection.IsDisposed);

        connection.IsDead = true;
        _rig.Signal.Raise();
        await KeeperRig.UntilAsync(() => connection.Pings == 2);
        await KeeperRig.SettleAsync();
        _rig.Time.Advance(TimeSpan.FromSeconds(5));
        await _rig.Door.NextAsync();
        Assert.True(connection.IsDisposed);
    }

    [Fact]
    public async Task An_attempt_that_hangs_is_given_up()
    {
        var hanging = new HangingDoor();
        await using var rig = new KeeperRig();
        rig.RunWith(hanging);
        await KeeperRig.UntilAsync(() => hanging.Attempts == 1);
        rig.Time.Advance(TimeSpan.FromSeconds(46));
        await KeeperRig.UntilAsync(() => rig.Reports.Any(report => report.Error?.Code == ErrorCode.TimedOut));
    }

    [Fact]
    public async Task The_agent_offers_what_the_server_granted_from_its_first_connection_on()
    {
        _rig.Door.Kind = AgentKind.Server;
        _rig.Run(chance: 0);
        Assert.Equal("Workstation", (await _rig.Door.NextAsync()).Description.Name);
        ScriptedConnection second = await _rig.Door.NextAsync();
        Assert.Equal("Server", second.Description.Name);
        await KeeperRig.UntilAsync(() => _rig.Reports.Last().State == AgentConnectionState.Connected);
        Assert.Equal(AgentKind.Server, _rig.Reports.Last().Kind);
        Assert.Equal([AgentKind.Workstation, AgentKind.Server], _rig.Made);
    }

    [Fact]
    public async Task It_remembers_what_was_granted_last_time()
    {
        _rig.Door.Kind = AgentKind.Server;
        _rig.Run(chance: 0, lastKind: AgentKind.Server);
        Assert.Equal("Server", (await _rig.Door.NextAsync()).Description.Name);
        await KeeperRig.UntilAsync(() => _rig.Reports.Last().State == AgentConnectionState.Connected);
        Assert.Equal(1, _rig.Door.Attempts);
    }

    [Fact]
    public async Task The_certificate_is_renewed_when_a_third_of_its_life_is_left_and_used_from_then_on()
    {
        _rig.Run(chance: 0);
        ScriptedConnection connection = await _rig.Door.NextAsync();
        connection.Renew = _rig.Sign;
        await KeeperRig.SettleAsync();
        _rig.Time.Advance(TimeSpan.FromDays(199));
        await KeeperRig.SettleAsync();
        Assert.Equal(0, connection.Renewals);
        _rig.Time.Advance(TimeSpan.FromDays(2));
        await KeeperRig.UntilAsync(() => connection.Renewals == 1);
        await KeeperRig.UntilAsync(() => _rig.Log.LinesFrom(LogLevel.Information).Any(line => line.Contains("renewed", StringComparison.Ordinal)));

        connection.End(null);
        await _rig.UntilNextAttemptAsync(TimeSpan.FromSeconds(5), s_tenth);
        await _rig.Door.NextAsync();
        Assert.Equal(2, _rig.Door.Thumbprints.Distinct().Count());
        using AgentCredential credential = _rig.Credential.Read();
        Assert.Equal(credential.Certificate.Thumbprint, _rig.Door.Thumbprints[^1]);
    }

    [Fact]
    public async Task A_renewal_that_fails_is_tried_again_an_hour_later_and_costs_nothing()
    {
        _rig.Time.Advance(TimeSpan.FromDays(250));
        _rig.Run(chance: 0);
        ScriptedConnection connection = await _rig.Door.NextAsync();
        await KeeperRig.UntilAsync(() => connection.Renewals == 1);
        await KeeperRig.SettleAsync();
        connection.Renew = _rig.Sign;
        _rig.Time.Advance(TimeSpan.FromHours(1));
        await KeeperRig.UntilAsync(() => connection.Renewals == 2);
        await KeeperRig.UntilAsync(() => _rig.Log.LinesFrom(LogLevel.Information).Any(line => line.Contains("was renewed", StringComparison.Ordinal)));
        Assert.False(connection.IsDisposed);
    }

    [Fact]
    public async Task When_it_is_stopped_the_connection_ends_and_the_report_says_so()
    {
        _rig.Run();
        ScriptedConnection connection = await _rig.Door.NextAsync();
        await KeeperRig.SettleAsync();
        await _rig.StopAsync();
        Assert.True(connection.IsDisposed);
        Assert.Equal(AgentConnectionState.Stopped, _rig.Reports.Last().State);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    private static HandyBackupException Unreachable() => new(ErrorCode.ConnectionLost, "Nobody answers.") { IsTransient = true };
}
