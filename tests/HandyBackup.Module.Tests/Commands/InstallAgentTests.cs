using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

/// <summary>What the user gives, what comes out, and the tokens. How packages travel is in the tests of machines.</summary>
[Collection(RemoteMachine.Collection)]
public sealed class InstallAgentTests : IDisposable
{
    private const string Connected = """{"isRunning":true,"isEnrolled":true,"report":{"state":"Connected","server":"backup.example.org:10680","version":"1.2.3","error":null}}""";

    private RemoteMachine? _machine;

    [Fact]
    public async Task Parameters_become_the_command_line_and_the_token_its_standard_input()
    {
        using var package = new FakeAgentPackage();
        await using Panel panel = await OpenAsync();

        PSObject done = Assert.Single(await panel.OutputAsync($"Install-HBAgent -PSSession $remote {package.Parameters} -Token $token -AgentName 'pc \"17\"' -DataPath /srv/data"));

        Assert.Equal(
            ["status --data-path /srv/data", $"install --server backup.example.org:10680 --token-file - --name pc \"17\" --data-path /srv/data --program-path {package.Machine}/agent", "status --data-path /srv/data"],
            package.Calls);
        Assert.Equal(AgentTokens.Text, await File.ReadAllTextAsync(package.Note("input"), TestTimeout.Token));
        Assert.DoesNotContain(AgentTokens.Text, await File.ReadAllTextAsync(package.Note("command-line"), TestTimeout.Token), StringComparison.Ordinal);
        Assert.DoesNotContain(AgentTokens.Text, await File.ReadAllTextAsync(package.Note("environment"), TestTimeout.Token), StringComparison.Ordinal);
        Assert.Equal(("NotRunning", 0, false, FakeAgentPackage.Runtime), (done.Text("State"), done.Get("ExitCode"), done.Get("RestartNeeded"), done.Text("Runtime")));
    }

    [Fact]
    public async Task A_token_in_a_file_is_read_here()
    {
        using var package = new FakeAgentPackage();
        await using Panel panel = await OpenAsync();
        await File.WriteAllTextAsync(package.Note("token"), AgentTokens.Text + "\n", TestTimeout.Token);

        await panel.OutputAsync($"Install-HBAgent -PSSession $remote {package.Parameters} -TokenFile '{package.Note("token")}' -Fingerprint {AgentTokens.Fingerprint}");

        Assert.Equal(AgentTokens.Text, await File.ReadAllTextAsync(package.Note("input"), TestTimeout.Token));
    }

    [Fact]
    public async Task Without_a_token_the_server_makes_one_for_this_machine()
    {
        using var package = new FakeAgentPackage($"echo '{Connected}' > \"$noted/status\"; exit 0");
        await using Panel panel = await OpenAsync();
        panel.Server.On("IEnrollmentTokens.CreateAsync", AgentTokens.New);

        PSObject done = Assert.Single(await panel.OutputAsync($"Install-HBAgent -PSSession $remote {package.Parameters} -Kind Server -Group db -NeedsApproval -TimeoutSec 600"));

        var expected = new NewEnrollmentTokenRequest
        {
            Kind = AgentKind.Server,
            Group = "db",
            NeedsApproval = true,
            Lifetime = TimeSpan.FromMinutes(15),
            Note = "Install-HBAgent localhost",
        };
        Assert.Equal(expected, panel.Server.Request<NewEnrollmentTokenRequest>("IEnrollmentTokens.CreateAsync"));
        Assert.Equal(AgentTokens.Text, await File.ReadAllTextAsync(package.Note("input"), TestTimeout.Token));
        Assert.Equal(("localhost", "Connected", "1.2.3", "backup.example.org:10680"), (done.Text("ComputerName"), done.Text("State"), done.Text("Version"), done.Text("Server")));
        Assert.Equal(0, panel.Server.Count("IEnrollmentTokens.RevokeAsync"));
    }

    [Fact]
    public async Task A_machine_that_is_an_agent_already_gets_no_token()
    {
        using var package = new FakeAgentPackage();
        package.SayStatus("""{"isRunning":true,"isEnrolled":true,"report":{"state":"Refused","server":"backup.example.org:10680","version":"1.2.3","error":{"code":"AgentNotApproved","message":"Wait."}}}""");
        await using Panel panel = await OpenAsync();

        PSObject done = Assert.Single(await panel.OutputAsync($"Install-HBAgent -PSSession $remote {package.Parameters}"));

        Assert.Equal("WaitsForApproval", done.Text("State"));
        Assert.Equal(0, panel.Server.Count("IEnrollmentTokens.CreateAsync"));
        Assert.Equal("", await File.ReadAllTextAsync(package.Note("input"), TestTimeout.Token));
        Assert.DoesNotContain("--token-file", package.Calls[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_names_machine_exit_code_and_words_in_one_line_and_the_token_is_revoked()
    {
        using var package = new FakeAgentPackage("""echo "hb-agent: systemd said:" >&2; echo "  no room" >&2; echo "The token was $(cat "$noted/input")." >&2; exit 67""");
        await using Panel panel = await OpenAsync();
        panel.Server.On("IEnrollmentTokens.CreateAsync", AgentTokens.New);
        panel.Server.On("IEnrollmentTokens.RevokeAsync", Task.CompletedTask);

        ErrorRecord error = await panel.ErrorAsync($"Install-HBAgent -PSSession $remote {package.Parameters}");

        Assert.Equal(("AgentInstallFailed", (object)"localhost"), (error.Id(), error.TargetObject));
        Assert.Equal("The agent of localhost was not installed (exit code 1603): systemd said: no room; The token was ***.", error.ToString());
        Assert.Equal(AgentTokens.Id, panel.Server.Request<EnrollmentTokenReference>("IEnrollmentTokens.RevokeAsync").Id);
    }

    [Fact]
    public async Task After_wrong_arguments_the_usage_is_left_out()
    {
        using var package = new FakeAgentPackage("""printf 'hb-agent: --name is too long.\nUsage: hb-agent install\n  more\n' >&2; exit 1""");
        await using Panel panel = await OpenAsync();

        ErrorRecord error = await panel.ErrorAsync($"Install-HBAgent -PSSession $remote {package.Parameters} -Token $token");

        Assert.Equal("The agent of localhost was not installed (exit code 1): --name is too long.", error.ToString());
    }

    [Fact]
    public async Task A_token_of_another_server_is_refused_before_anything_is_done()
    {
        using var package = new FakeAgentPackage();
        await using Panel panel = await OpenAsync();

        ErrorRecord error = await panel.ErrorAsync($"Install-HBAgent -PSSession $remote {package.Parameters} -Token $token -Fingerprint {new string('a', 64)}");

        Assert.Equal("EnrollmentServerMismatch", error.Id());
        Assert.DoesNotContain(AgentTokens.Text, error.ToString(), StringComparison.Ordinal);
        Assert.Empty(package.Calls);
    }

    [Theory]
    [InlineData("-Token $token -Kind Server", "InvalidArgument", "Kind")]
    [InlineData("-Token $token -TokenFile x", "InvalidArgument", "Token")]
    [InlineData("-Token ([securestring]::new())", "EnrollmentTokenInvalid", null)]
    [InlineData("-Token $token -Fingerprint abc", "InvalidArgument", "abc")]
    [InlineData("-Token $token -DataPath data", "InvalidArgument", "data")]
    public async Task What_contradicts_or_means_nothing_is_named(string parameters, string id, string? target)
    {
        using var package = new FakeAgentPackage();
        await using Panel panel = await OpenAsync();

        ErrorRecord error = await panel.ErrorAsync($"Install-HBAgent -PSSession $remote {package.Parameters} {parameters}");

        Assert.Equal((id, (object?)target), (error.Id(), error.TargetObject));
        Assert.Empty(package.Calls);
    }

    [Fact]
    public async Task Several_machines_cannot_have_one_name()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);

        ErrorRecord error = await panel.ErrorAsync("Install-HBAgent web1, web2 -Server backup:10680 -AgentName web");

        Assert.Equal(("InvalidArgument", (object)"AgentName"), (error.Id(), error.TargetObject));
    }

    [Fact]
    public async Task One_machine_that_fails_does_not_stop_the_others()
    {
        using var package = new FakeAgentPackage();
        await using Panel panel = await OpenAsync();

        // In the place of the engine's command: web2 is the test's machine, nobody else answers.
        PanelResult result = await panel.RunAsync($$"""
            function New-PSSession { [CmdletBinding()] param($ComputerName, $Port, [switch] $UseSSL) if ($ComputerName -ne 'web2' -or $Port -ne 5999 -or -not $UseSSL) { throw "Nobody`r`nanswers." }; $remote }
            function Remove-PSSession { param($Session) $global:removed = $Session }
            'web1', 'web2', 'web3' | Install-HBAgent {{package.Parameters}} -Token $token -Port 5999 -UseSSL
            $global:removed.Name
            """);

        Assert.Equal(["web1", "web3"], result.Errors.Select(error => (string)error.TargetObject));
        Assert.All(result.Errors, error => Assert.Equal("MachineUnreachable", error.Id()));
        Assert.Equal("No session with web1 could be made: Nobody; answers.", result.Errors[0].ToString());
        Assert.Equal("web2", result.Output[0].Text("ComputerName"));
        Assert.StartsWith("Runspace", result.Output[1].ToString(), StringComparison.Ordinal);
        Assert.Contains(result.Progress, record => record.StatusDescription.StartsWith("web2: copied", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_of_machines_and_agents_come_from_a_table()
    {
        using var package = new FakeAgentPackage();
        await using Panel panel = await OpenAsync();

        await panel.OutputAsync($$"""
            function New-PSSession { param($ComputerName, $ErrorAction) $remote }
            function Remove-PSSession { param($Session) }
            [pscustomobject] @{ ComputerName = 'web2'; AgentName = 'front' } | Install-HBAgent {{package.Parameters}} -Token $token
            """);

        Assert.Contains("--name front", package.Calls[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_ssh_does_not_reach_is_an_error()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);

        ErrorRecord error = await panel.ErrorAsync("Install-HBAgent -HostName 127.0.0.1 -Port 1 -UserName nobody -Server backup:10680");

        Assert.Equal(("MachineUnreachable", (object)"127.0.0.1"), (error.Id(), error.TargetObject));
    }

    [Fact]
    public async Task WhatIf_asks_no_machine_and_makes_no_token()
    {
        using var package = new FakeAgentPackage();
        await using Panel panel = await OpenAsync();

        await panel.OutputAsync($"Install-HBAgent -PSSession $remote {package.Parameters} -WhatIf; Install-HBAgent web1 {package.Parameters} -WhatIf");

        Assert.Empty(package.Calls);
        Assert.Equal(0, panel.Server.Count("IEnrollmentTokens.CreateAsync"));
        Assert.Matches("What if.*Install agent.*web1", panel.UI.Text);
    }

    [Fact]
    public async Task On_this_machine_the_package_runs_where_it_lies()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Agents are installed by root.");
        using var package = new FakeAgentPackage();
        await using Panel panel = await OpenAsync();

        PSObject done = Assert.Single(await panel.OutputAsync($"Install-HBAgent {package.Parameters} -Token $token"));

        Assert.Equal(Environment.MachineName, done.Text("ComputerName"));
        Assert.Contains(package.Folder + "/hb-agent", await File.ReadAllTextAsync(package.Note("command-line"), TestTimeout.Token), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(package.Machine));
    }

    public void Dispose() => _machine?.Dispose();

    // A panel with a session in $remote and a token in $token.
    private async Task<Panel> OpenAsync()
    {
        _machine = RemoteMachine.Connect();
        Panel panel = await Panel.OpenAsync();
        panel.Runspace.SessionStateProxy.SetVariable("remote", _machine.Session);
        panel.Runspace.SessionStateProxy.SetVariable("token", AgentTokens.Secure);
        return panel;
    }
}
