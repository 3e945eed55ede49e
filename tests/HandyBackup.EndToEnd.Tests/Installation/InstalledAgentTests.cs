using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Fleet.Kit;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Installation.Kit;

namespace HandyBackup.EndToEnd.Tests.Installation;

/// <summary>Install-HBAgent with the agent's real program, on this machine.</summary>
public sealed class InstalledAgentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hb-e2e-install-").FullName;

    public InstalledAgentTests() => Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Agents are installed by root.");

    [Fact(Timeout = 120_000)]
    public async Task Where_no_systemd_runs_it_fails_with_the_agents_words_and_leaves_nothing()
    {
        Assert.SkipWhen(Directory.Exists("/run/systemd/system"), "systemd runs this machine.");
        await using ProductSession session = await ProductSession.StartAsync();

        ErrorRecord error = await session.ErrorAsync("AgentInstallFailed", Environment.MachineName, $"Install-HBAgent -Server 127.0.0.1:1 {Places}");

        Assert.Contains("(exit code 1603): 'systemctl' cannot do its work: systemd does not run this machine.", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\\x0A", error.ToString(), StringComparison.Ordinal);
        PSObject token = await session.SingleAsync("Get-HBEnrollmentToken");
        Assert.Equal(("Revoked", $"Install-HBAgent {Environment.MachineName}"), (token.Text("State"), token.Text("Note")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_user_who_is_not_root_is_told_so()
    {
        string script = Path.Combine(_folder, "script.ps1");
        await File.WriteAllTextAsync(
            script, $"Import-Module '{BuiltProduct.Manifest}'; try {{ Install-HBAgent -Server 127.0.0.1:1 {Places} -ErrorAction Stop }} catch {{ \"$_ | $($_.FullyQualifiedErrorId)\" }}", TestContext.Current.CancellationToken);
        await SystemProgram.ShellAsync($"chmod 755 '{_folder}'", _folder);
        Assert.SkipUnless((await SystemProgram.TryRunAsync("setpriv", ["--reuid=65534", "--clear-groups", "test", "-x", BuiltProduct.Shell], "/")).ExitCode == 0, "An ordinary user cannot reach the build.");

        string said = await SystemProgram.RunAsync("setpriv", ["--reuid=65534", "--clear-groups", BuiltProduct.Shell, script], "/", ("HOME", _folder));

        Assert.Matches(@"The user '.+' on .+ is not root\. \| MachineUnsuitable", said);
    }

    [Fact(Timeout = 180_000)]
    public async Task It_is_installed_connected_upgraded_by_nothing_and_removed()
    {
        SystemdMachine.SkipUnlessPossible();
        string server = $"127.0.0.1:{LoopbackPort.Choose()}";
        await File.WriteAllTextAsync(Path.Combine(_folder, "script.ps1"), Script(server), TestContext.Current.CancellationToken);
        await using SystemdMachine machine = await SystemdMachine.StartAsync(_folder);

        string said = await machine.RunAsync(BuiltProduct.Shell, Path.Combine(_folder, "script.ps1"));

        Assert.Equal(
            [
                $"installed {machine.Name} Connected 0 {server} True",
                "online front Server",
                $"again {machine.Name} Connected 0",
                "same process True",
                "tokens 1 UsedUp",
                $"removed {machine.Name} Removed 0",
            ],
            said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Equal("not-found", await machine.ShowAsync(InstallationScene.Unit, "LoadState"));
        Assert.Equal("", await machine.RunAsync("find", "/opt", "/var/lib", "-maxdepth", "1", "-name", "handybackup*"));
    }

    public void Dispose() => SystemProgram.DeleteTree(_folder);

    private string Places => $"-PackagePath '{Path.GetDirectoryName(BuiltProduct.Agent)}' -ProgramPath '{_folder}/opt/agent' -DataPath '{_folder}/var/agent'";

    private string Script(string server) => $$"""
        $ErrorActionPreference = 'Stop'
        Import-Module '{{BuiltProduct.Manifest}}'
        $null = Start-HBServer -DataPath '{{_folder}}/server' -Listen {{server}}
        try {
            $null = Connect-HBServer '{{_folder}}/server'
            $fingerprint = (Get-HBServer).Fingerprint
            $install = { Install-HBAgent -Server {{server}} -Fingerprint $fingerprint -Kind Server -AgentName front -PackagePath '{{InstallationScene.Package}}' }
            $done = & $install
            "installed $($done.ComputerName) $($done.State) $($done.ExitCode) $($done.Server) $($done.Version.Length -gt 0)"
            $agent = Get-HBAgent front
            "$(if ($agent.IsOnline) { 'online' }) $($agent.Name) $($agent.Kind)"
            $before = & systemctl show --property MainPID {{InstallationScene.Unit}}
            $done = & $install
            "again $($done.ComputerName) $($done.State) $($done.ExitCode)"
            "same process $($before -eq (& systemctl show --property MainPID {{InstallationScene.Unit}}))"
            $tokens = @(Get-HBEnrollmentToken)
            "tokens $($tokens.Count) $($tokens[0].State)"
            $done = Uninstall-HBAgent -Confirm:$false
            "removed $($done.ComputerName) $($done.State) $($done.ExitCode)"
        }
        finally { Stop-HBServer -Force }
        """;
}
