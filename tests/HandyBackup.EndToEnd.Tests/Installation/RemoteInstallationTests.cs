using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Fleet.Kit;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Installation.Kit;

namespace HandyBackup.EndToEnd.Tests.Installation;

/// <summary>Install-HBAgent and Uninstall-HBAgent on another machine, over PowerShell remoting through OpenSSH.</summary>
public sealed class RemoteInstallationTests
{
    [Fact(Timeout = 240_000)]
    public async Task It_is_copied_installed_connected_left_alone_and_removed()
    {
        SystemdMachine.SkipUnlessPossible();
        SshServer.SkipUnlessInstalled();
        await using InstallationScene scene = await InstallationScene.StartAsync();
        string open = await SshServer.StartAsync(scene, LoopbackPort.Choose());
        await using ProductSession panel = await ProductSession.OpenAsync();
        await panel.OutputAsync($"$null = Connect-HBServer '{scene.Server.DataPath}'; $machine = {open}");
        string install = $"Install-HBAgent -PSSession $machine -Server {scene.Server.EndPoint} -Kind Server -AgentName front -PackagePath '{InstallationScene.Package}'";

        PSObject done = await panel.SingleAsync(install);
        Assert.Equal(("Connected", "0", scene.Server.EndPoint.ToString()), (done.Text("State"), done.Text("ExitCode"), done.Text("Server")));
        Assert.Equal("active", await scene.Machine.ShowAsync(InstallationScene.Unit, "ActiveState"));
        Assert.Equal(("True", "Server"), await AgentAsync());

        string process = await scene.ProcessAsync();
        Assert.Equal("Connected", (await panel.SingleAsync(install)).Text("State"));
        Assert.Equal(process, await scene.ProcessAsync());
        Assert.Equal("UsedUp", (await panel.SingleAsync("Get-HBEnrollmentToken")).Text("State"));

        done = await panel.SingleAsync("Uninstall-HBAgent -PSSession $machine -Confirm:$false");
        Assert.Equal(("Removed", "0"), (done.Text("State"), done.Text("ExitCode")));
        Assert.Equal("not-found", await scene.Machine.ShowAsync(InstallationScene.Unit, "LoadState"));
        Assert.Equal("", await scene.Machine.RunAsync("find", "/opt", "/var/lib", "/tmp", "/var/tmp", "/root", "-maxdepth", "1", "-iname", "*handybackup*"));
        await panel.OutputAsync("Remove-PSSession $machine");

        async Task<(string IsOnline, string Kind)> AgentAsync()
        {
            PSObject agent = await panel.SingleAsync("Get-HBAgent front");
            return (agent.Text("IsOnline"), agent.Text("Kind"));
        }
    }
}
