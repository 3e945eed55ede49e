using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using HandyBackup.EndToEnd.Tests.Hosting;

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

    // systemd itself cannot run here: a double of systemctl starts and stops what the unit says, in a private mount namespace, so that the machine's own units stay as they are.
    [Fact(Timeout = 300_000)]
    public async Task It_is_installed_connected_upgraded_by_nothing_and_removed()
    {
        int port = FreePort();
        await WriteScriptsAsync(port);
        ProgramResult result = await SystemProgram.TryRunAsync("unshare", ["--mount", "sh", "-eu", Path.Combine(_folder, "inside.sh")], _folder);
        Assert.True(result.ExitCode == 0, result.Output + result.Errors);

        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string machine = Environment.MachineName;
        Assert.Equal(
            [
                $"installed {machine} Connected 0 127.0.0.1:{port} True",
                "online front Server",
                $"again {machine} Connected 0",
                "tokens 1 UsedUp",
                "same process True",
                $"removed {machine} Removed 0",
                "left False False",
            ],
            lines.Where(line => !line.StartsWith("log:", StringComparison.Ordinal)));
    }

    public void Dispose() => SystemProgram.DeleteTree(_folder);

    private string Places => $"-PackagePath '{Path.GetDirectoryName(BuiltProduct.Agent)}' -ProgramPath '{_folder}/opt/agent' -DataPath '{_folder}/var/agent'";

    private async Task WriteScriptsAsync(int port)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "bin"));
        Directory.CreateDirectory(Path.Combine(_folder, "units"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "bin", "systemctl"), $$"""
            #!/bin/sh
            unit=/etc/systemd/system/handybackup-agent.service
            pid='{{_folder}}/pid'
            case "$1" in
            start)
                if [ -s "$pid" ] && kill -0 "$(cat "$pid")" 2>/dev/null; then exit 0; fi
                eval "set -- $(sed -n 's/^ExecStart=//p' "$unit")"
                setsid "$@" </dev/null >'{{_folder}}/journal' 2>&1 &
                echo $! > "$pid" ;;
            stop)
                kill -TERM "$(cat "$pid")" 2>/dev/null
                while kill -0 "$(cat "$pid")" 2>/dev/null; do sleep 0.05; done ;;
            esac
            exit 0

            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "inside.sh"), $$"""
            mount -t tmpfs tmpfs /run
            mkdir -p /run/systemd/system
            mount --bind '{{_folder}}/units' /etc/systemd/system
            chmod 755 '{{_folder}}/bin/systemctl'
            PATH='{{_folder}}/bin':"$PATH"
            export PATH
            '{{BuiltProduct.Shell}}' '{{_folder}}/script.ps1'

            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "script.ps1"), $$"""
            $ErrorActionPreference = 'Stop'
            Import-Module '{{BuiltProduct.Manifest}}'
            $null = Start-HBServer -DataPath '{{_folder}}/server' -Listen 127.0.0.1:{{port}}
            try {
                $null = Connect-HBServer '{{_folder}}/server'
                $fingerprint = (Get-HBServer).Fingerprint
                $install = { Install-HBAgent -Server 127.0.0.1:{{port}} -Fingerprint $fingerprint -Kind Server -AgentName front {{Places}} }
                $done = & $install
                "installed $($done.ComputerName) $($done.State) $($done.ExitCode) $($done.Server) $($done.Version.Length -gt 0)"
                $agent = Get-HBAgent front
                "$(if ($agent.IsOnline) { 'online' }) $($agent.Name) $($agent.Kind)"
                $before = [IO.File]::ReadAllText('{{_folder}}/pid')
                $done = & $install
                "again $($done.ComputerName) $($done.State) $($done.ExitCode)"
                $tokens = @(Get-HBEnrollmentToken)
                "tokens $($tokens.Count) $($tokens[0].State)"
                "same process $($before -eq [IO.File]::ReadAllText('{{_folder}}/pid'))"
                $done = Uninstall-HBAgent -ProgramPath '{{_folder}}/opt/agent' -DataPath '{{_folder}}/var/agent' -Confirm:$false
                "removed $($done.ComputerName) $($done.State) $($done.ExitCode)"
                "left $([IO.Directory]::Exists('{{_folder}}/opt/agent')) $([IO.Directory]::Exists('{{_folder}}/var/agent'))"
            }
            finally { Stop-HBServer -Force }
            """, TestContext.Current.CancellationToken);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
