using System.Management.Automation;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

[Collection(RemoteMachine.Collection)]
public sealed class UninstallAgentTests
{
    [Fact]
    public async Task The_installed_program_removes_itself_from_a_copy()
    {
        using var package = new FakeAgentPackage();
        using var machine = RemoteMachine.Connect();
        await using Panel panel = await OpenAsync(machine);
        Directory.Move(package.Folder, package.Machine + "/agent");

        PSObject done = Assert.Single(await panel.OutputAsync($"$remote | Uninstall-HBAgent -ProgramPath '{package.Machine}/agent' -DataPath /srv/data -KeepData -Confirm:$false"));

        Assert.Equal([$"uninstall --keep-data --data-path /srv/data --program-path {package.Machine}/agent"], package.Calls);
        Assert.Equal(("Removed", "localhost", 0), (done.Text("State"), done.Text("ComputerName"), done.Get("ExitCode")));
        string program = (await File.ReadAllLinesAsync(package.Note("command-line"), TestTimeout.Token))[1];
        Assert.StartsWith(package.Machine + "/handybackup-copy-", program, StringComparison.Ordinal);
        Assert.Equal([package.Machine + "/agent"], Directory.GetFileSystemEntries(package.Machine));
        Assert.True(File.Exists(package.Note("package/large.dll")));
    }

    [Fact]
    public async Task A_machine_without_an_agent_is_an_error()
    {
        using var package = new FakeAgentPackage();
        using var machine = RemoteMachine.Connect();
        await using Panel panel = await OpenAsync(machine);

        ErrorRecord error = await panel.ErrorAsync($"Uninstall-HBAgent -PSSession $remote -ProgramPath '{package.Machine}/agent' -Confirm:$false");

        Assert.Equal(("AgentNotInstalled", (object)"localhost"), (error.Id(), error.TargetObject));
        Assert.Empty(Directory.GetFileSystemEntries(package.Machine));
    }

    [Fact]
    public async Task A_failure_names_machine_and_exit_code_and_leaves_no_copy()
    {
        using var package = new FakeAgentPackage("echo 'hb-agent: The unit cannot be changed.' >&2; exit 67");
        using var machine = RemoteMachine.Connect();
        await using Panel panel = await OpenAsync(machine);
        Directory.Move(package.Folder, package.Machine + "/agent");

        ErrorRecord error = await panel.ErrorAsync($"Uninstall-HBAgent -PSSession $remote -ProgramPath '{package.Machine}/agent' -Confirm:$false");

        Assert.Equal("The agent of localhost was not uninstalled (exit code 1603): The unit cannot be changed.", error.ToString());
        Assert.Equal([package.Machine + "/agent"], Directory.GetFileSystemEntries(package.Machine));
    }

    [Fact]
    public async Task It_asks_first()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);

        await panel.OutputAsync("Uninstall-HBAgent web1 -WhatIf");

        Assert.Matches("What if.*Uninstall agent with its identity.*web1", panel.UI.Text);
        Assert.Equal("High", (await panel.OutputAsync("[System.Management.Automation.CommandMetadata]::new((Get-Command Uninstall-HBAgent)).ConfirmImpact"))[0].ToString());
    }

    private static async Task<Panel> OpenAsync(RemoteMachine machine)
    {
        Panel panel = await Panel.OpenAsync(connect: false);
        panel.Runspace.SessionStateProxy.SetVariable("remote", machine.Session);
        return panel;
    }
}
