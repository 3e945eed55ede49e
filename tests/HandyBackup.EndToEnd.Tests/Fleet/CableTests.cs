using System.Diagnostics;
using HandyBackup.Contracts;
using HandyBackup.EndToEnd.Tests.Fleet.Kit;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Restic;

namespace HandyBackup.EndToEnd.Tests.Fleet;

/// <summary>Agents, server and panel on machines of their own, in network namespaces: in the middle of a backup cables are pulled, addresses change, and a laptop sleeps.</summary>
public sealed class CableTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // What takes most of a minute each goes side by side.
    [Fact(Timeout = 240_000)]
    public async Task Backups_outlive_pulled_cables_a_new_address_and_sleep_while_a_panel_elsewhere_follows()
    {
        NetworkLab.SkipUnlessPossible();
        ResticProgram.SkipUnlessInstalled();
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        await using FleetScene scene = await FleetScene.StartAsync(await lab.AddHostAsync("server"));
        LabHost panelHost = await lab.AddHostAsync("panel");
        AgentProcess brief = await LineProof.AddAgentAsync(scene, lab, "brief");
        AgentProcess lasting = await LineProof.AddAgentAsync(scene, lab, "lasting");
        AgentProcess moved = await LineProof.AddAgentAsync(scene, lab, "moved");
        AgentProcess asleep = await LineProof.AddAgentAsync(scene, lab, "asleep");
        await using FleetProcess panel = await StartPanelAsync(scene, panelHost, brief.Name);

        await Task.WhenAll(
            LineProof.RunAsync(scene, brief, () => UnplugAsync(brief.Host, TimeSpan.FromSeconds(5)), () => FindRunAsync(scene, brief.Name)),
            LineProof.RunAsync(scene, lasting, () => Task.WhenAll(UnplugAsync(lasting.Host, s_long), LineProof.AssertFoundDeadAsync(scene, lasting))),
            LineProof.RunAsync(scene, moved, () => MoveAsync(scene, moved)),
            LineProof.RunAsync(scene, asleep, () => SleepAsync(scene, asleep)));

        Assert.Equal(0, await panel.EndAsync());
        Assert.Equal("Completed", panel.Said[^1]);
    }

    private static async Task UnplugAsync(LabHost host, TimeSpan time)
    {
        await host.UnplugAsync();
        await Task.Delay(time, Token);
        await host.PlugInAsync();
    }

    // The server keeps a connection that is only half there; the agent's new one takes its place.
    private static async Task MoveAsync(FleetScene scene, AgentProcess agent)
    {
        string address = NetworkLab.AddressOf(200);
        await agent.Host.MoveAsync(address);
        var passed = Stopwatch.StartNew();
        while ((await scene.Panel.FindAgentAsync(agent.Name)).LastAddress != address)
        {
            Assert.True(passed.Elapsed < TimeSpan.FromSeconds(30), "The agent did not come back from its new address.");
            await Task.Delay(50, Token);
        }
    }

    private static async Task SleepAsync(FleetScene scene, AgentProcess agent)
    {
        await agent.FreezeAsync();
        await Task.Delay(s_long, Token);
        Assert.False((await scene.Panel.FindAgentAsync(agent.Name)).IsOnline);
        await agent.ThawAsync();
    }

    // A panel that knows the server's fingerprint, with a token that may run tasks.
    private static async Task<FleetProcess> StartPanelAsync(FleetScene scene, LabHost host, string task)
    {
        NewApiToken token = await scene.Panel.ApiTokens.CreateAsync(new CreateApiTokenRequest { Name = "panel", Grants = [new Grant { Role = Role.Operator }] }, Token);
        string file = scene.In("panel.token");
        await File.WriteAllTextAsync(file, token.Token.Value, Token);
        string fingerprint = (await scene.Panel.ServerInfo.GetStatusAsync(Token)).Fingerprint!;
        string script = $"""
            $env:XDG_CONFIG_HOME = '{scene.In("panel")}'
            Import-Module '{BuiltProduct.Manifest}'
            Connect-HBServer -ComputerName {scene.Server.EndPoint} -TokenFile '{file}' -Fingerprint {fingerprint} | Out-Null
            (Start-HBTask {task} -Wait).State
            """;
        return FleetProcess.Start(host, BuiltProduct.Shell, "-Command", script);
    }

    private static async Task<Run> FindRunAsync(FleetScene scene, string task)
    {
        while (true)
        {
            if (await scene.Panel.Runs.ListAsync(new RunQuery { Task = task }, Token).FirstOrDefaultAsync(Token) is { } run)
            {
                return run;
            }

            await Task.Delay(50, Token);
        }
    }
}
