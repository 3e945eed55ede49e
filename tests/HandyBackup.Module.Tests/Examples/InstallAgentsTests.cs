using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Examples;

[Collection(RemoteMachine.Collection)]
public sealed class InstallAgentsTests
{
    [Fact]
    public async Task Machines_of_the_list_become_agents_and_those_that_fail_are_told_at_the_end()
    {
        Assert.SkipWhen(ModuleFolder.Sources is null, "The sources are not here.");
        using var package = new FakeAgentPackage();
        using var machine = RemoteMachine.Connect();
        await using Panel panel = await Panel.OpenAsync(connect: false);
        await panel.OutputAsync($". '{Path.Combine(ModuleFolder.Sources!, "module", "HandyBackup.Shell", "Everyday", "Everyday.ps1")}'");
        panel.Runspace.SessionStateProxy.SetVariable("remote", machine.Session);
        panel.Server.On("IServerInfo.GetStatusAsync", Samples.Status(panel.Server.DataPath) with { Fingerprint = AgentTokens.Fingerprint });
        panel.Server.On("IEnrollmentTokens.CreateAsync", AgentTokens.New);
        await File.WriteAllTextAsync(package.Note("machines.csv"), "ComputerName,Kind\nweb1,Server\n\nweb2,Server\n", TestTimeout.Token);

        PanelResult result = await panel.RunAsync($$"""
            function New-PSSession { [CmdletBinding()] param($ComputerName) if ($ComputerName -eq 'web1') { throw 'Nobody answers.' }; $remote }
            function Remove-PSSession { param($Session) }
            try { & '{{Path.Combine(ModuleFolder.Sources!, "examples", "install-agents.ps1")}}' -List '{{package.Note("machines.csv")}}' -Server backup:10680 -PackagePath '{{package.Root}}' -Group office -DataPath '{{panel.Server.DataPath}}' } catch { "threw: $_" }
            """);

        Assert.Equal(["web2", "threw: 1 machines have no agent of this version."], result.Output.Select(value => value.ToString()));
        Assert.Contains("web1: No session with web1 could be made: Nobody answers.", panel.UI.Text, StringComparison.Ordinal);
        var request = panel.Server.Request<NewEnrollmentTokenRequest>("IEnrollmentTokens.CreateAsync");
        Assert.Equal((AgentKind.Server, "office", "Install-HBAgent web2"), (request.Kind, request.Group, request.Note));
    }
}
