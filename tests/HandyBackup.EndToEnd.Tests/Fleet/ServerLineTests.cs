using HandyBackup.EndToEnd.Tests.Fleet.Kit;
using HandyBackup.EndToEnd.Tests.Restic;

namespace HandyBackup.EndToEnd.Tests.Fleet;

/// <summary>What happens to the server's own line. Its agents' cards keep their carrier, so that nobody tells them: only silence does.</summary>
public sealed class ServerLineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 240_000)]
    public async Task Backups_outlive_a_server_that_is_out_of_reach_and_one_whose_address_changes_and_changes_back()
    {
        NetworkLab.SkipUnlessPossible();
        ResticProgram.SkipUnlessInstalled();
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        LabHost server = await lab.AddHostAsync("server");
        await using FleetScene scene = await FleetScene.StartAsync(server);
        AgentProcess first = await LineProof.AddAgentAsync(scene, lab, "first");
        AgentProcess second = await LineProof.AddAgentAsync(scene, lab, "second");

        await LineProof.RunAsync(scene, first, async () =>
        {
            await server.UnplugAsync();
            await Task.WhenAll(LineProof.AssertFoundDeadAsync(scene, first), LineProof.AssertFoundDeadAsync(scene, second));
            await Task.Delay(TimeSpan.FromSeconds(10), Token);
            await server.PlugInAsync();
        });

        await LineProof.RunAsync(scene, second, async () =>
        {
            string address = server.Address;
            await server.MoveAsync(NetworkLab.AddressOf(200));
            await Task.Delay(TimeSpan.FromSeconds(8), Token);
            await server.MoveAsync(address);
        });
    }
}
