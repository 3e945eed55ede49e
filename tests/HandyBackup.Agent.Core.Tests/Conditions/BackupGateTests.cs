using HandyBackup.Agent.Core.Conditions;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;
using HandyBackup.Testing;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Agent.Core.Tests.Conditions;

public sealed class BackupGateTests : IDisposable
{
    private static readonly MachineCircumstances s_good = new(OnBattery: false, OnMetered: false, OnVpn: false);
    private static readonly MachineCircumstances s_battery = s_good with { OnBattery = true };
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 8, 0, 0, TimeSpan.Zero));
    private readonly ScriptedMachine _machine = new();

    [Theory]
    [InlineData(true, false, false, "battery")]
    [InlineData(false, true, false, "metered")]
    [InlineData(false, false, true, "VPN")]
    public async Task What_the_settings_forbid_is_waited_for_and_named(bool battery, bool metered, bool vpn, string named)
    {
        var conditions = new BackupConditions { NotOnBattery = battery, NotOnMetered = metered, NotOnVpn = vpn };
        _machine.Now = new MachineCircumstances(true, true, true);
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => Gate(conditions).PassAsync(Order("a"), TestContext.Current.CancellationToken));
        Assert.Equal((ErrorCode.BackupNotNow, true), (exception.Code, exception.IsTransient));
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
        Assert.Contains("2030-01-04 08:00:00Z", exception.Advice, StringComparison.Ordinal);

        _machine.Now = new MachineCircumstances(!battery, !metered, !vpn);
        await Gate(conditions).PassAsync(Order("a"), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_is_unknown_stands_against_nothing_and_without_conditions_nobody_looks()
    {
        _machine.Now = new MachineCircumstances(null, null, null);
        await Gate(new BackupConditions { NotOnBattery = true, NotOnMetered = true, NotOnVpn = true }).PassAsync(Order("a"), TestContext.Current.CancellationToken);
        Assert.Equal(1, _machine.Looks);
        await Gate(new BackupConditions()).PassAsync(Order("a"), TestContext.Current.CancellationToken);
        Assert.Equal(1, _machine.Looks);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task After_its_deadline_a_backup_runs_anyway_also_if_the_agent_was_restarted_meanwhile()
    {
        var conditions = new BackupConditions { NotOnBattery = true, AtLatestAfter = TimeSpan.FromDays(2) };
        _machine.Now = s_battery;
        foreach (int hours in (int[])[0, 20, 20])
        {
            _time.Advance(TimeSpan.FromHours(hours));
            await RefusedAsync(conditions, "a");
        }

        _time.Advance(TimeSpan.FromHours(8));
        await Gate(conditions).PassAsync(Order("a"), TestContext.Current.CancellationToken);

        // The next one waits anew.
        await RefusedAsync(conditions, "a");
    }

    [Fact]
    public async Task Each_backup_waits_for_itself()
    {
        var conditions = new BackupConditions { NotOnBattery = true, AtLatestAfter = TimeSpan.FromDays(1) };
        _machine.Now = s_battery;
        await RefusedAsync(conditions, "a");
        _time.Advance(TimeSpan.FromDays(1));
        await RefusedAsync(conditions, "b");
        await Gate(conditions).PassAsync(Order("a"), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_makes_nobody_wait_longer()
    {
        var conditions = new BackupConditions { NotOnBattery = true, AtLatestAfter = TimeSpan.FromDays(1) };
        _machine.Now = s_battery;
        _time.Advance(TimeSpan.FromDays(900));
        await RefusedAsync(conditions, "a");
        _time.AdjustTime(_time.GetUtcNow().AddDays(-800));
        await RefusedAsync(conditions, "a");
        _time.Advance(TimeSpan.FromDays(1));
        await Gate(conditions).PassAsync(Order("a"), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_damaged_memory_begins_anew()
    {
        File.WriteAllText(new AgentHome(_folder.Path).WaitingFile, "{\"since\":{\"x\":");
        _machine.Now = s_battery;
        await RefusedAsync(new BackupConditions { NotOnBattery = true }, "a");
    }

    public void Dispose() => _folder.Dispose();

    private static BackupOrder Order(string path) => new()
    {
        RunId = Guid.NewGuid(),
        Selection = new SourceSelection { Source = "Files", Paths = [path] },
        ChunkerKey = new byte[32],
    };

    private BackupGate Gate(BackupConditions conditions) => new(conditions, _machine, new AgentHome(_folder.Path), _time);

    private async Task RefusedAsync(BackupConditions conditions, string path) =>
        Assert.Equal(ErrorCode.BackupNotNow, (await Assert.ThrowsAsync<HandyBackupException>(() => Gate(conditions).PassAsync(Order(path), TestContext.Current.CancellationToken))).Code);

    private sealed class ScriptedMachine : IMachine
    {
        public MachineCircumstances Now { get; set; } = s_good;

        public int Looks { get; private set; }

        public Task<MachineCircumstances> LookAsync(CancellationToken cancellationToken)
        {
            Looks++;
            return Task.FromResult(Now);
        }
    }
}
