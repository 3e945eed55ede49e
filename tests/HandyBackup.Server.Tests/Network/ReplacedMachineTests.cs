using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;
using HandyBackup.Testing;
using static HandyBackup.Server.Tests.Network.Kit.ErrorAssert;

namespace HandyBackup.Server.Tests.Network;

/// <summary>A machine is installed anew: its tasks and snapshots go on with the new one, and the old one is outside at once.</summary>
public sealed class ReplacedMachineTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tasks_and_snapshots_go_on_and_the_old_machine_is_cut_off()
    {
        Directory.CreateDirectory(_folder.Combine("source"));
        File.WriteAllText(_folder.Combine("source/file"), "kept");
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        await server.CreateRepositoryAsync(_folder.Combine("repository"));
        using FleetAgent old = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        await using AgentConnection before = await old.ConnectAsync(server.Address);
        await server.WaitUntilAsync("box", isOnline: true);
        await server.CreateTaskAsync("box", _folder.Combine("source"));
        Assert.Equal(RunState.Completed, (await server.WaitAsync(await server.StartTaskAsync())).State);

        string token = await server.CreateTokenAsync(new NewEnrollmentTokenRequest { Agent = "box" });
        using FleetAgent replacement = await FleetAgent.EnrollAsync(server.Address, token, "new-host");
        await before.Ended.WaitAsync(TestTimeout.Token);
        await FailsAsync(ErrorCode.AgentCertificateSuperseded, () => old.ConnectAsync(server.Address));
        await using AgentConnection after = await replacement.ConnectAsync(server.Address);
        await server.WaitUntilAsync("box", isOnline: true);
        Run run = await server.WaitAsync(await server.StartTaskAsync());

        Assert.Equal((old.Id, "box"), (replacement.Id, after.Server.Name));
        Assert.Equal((RunState.Completed, 1L, "box"), (run.State, run.Progress.UnchangedFiles, run.Agent));
        List<SnapshotInfo> snapshots = await server.Core.Snapshots.ListAsync(new SnapshotQuery(), TestTimeout.Token).ToListAsync(TestTimeout.Token);
        Assert.Equal(2, snapshots.Count(snapshot => snapshot.Agent == "box"));
        Assert.Equal(["box"], await server.Core.Agents.ListAsync(new AgentQuery(), TestTimeout.Token).Select(agent => agent.Description.Name).ToListAsync(TestTimeout.Token));
    }
}
