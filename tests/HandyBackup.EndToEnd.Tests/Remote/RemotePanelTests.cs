using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.Remote;

/// <summary>The real server as a process that listens on loopback, and the real module as a panel on another machine would use it.</summary>
public sealed class RemotePanelTests : IAsyncLifetime
{
    private const string Password = "twelve letters at least";

    private ProductSession _session = null!;
    private string _address = "";

    public async ValueTask InitializeAsync()
    {
        _session = await ProductSession.OpenAsync();

        // The user's list of known servers must not get those of a test.
        Environment.SetEnvironmentVariable("XDG_CONFIG_HOME", _session.In("settings"));
        int port = FreePort();
        _address = $"localhost:{port}";
        await _session.OutputAsync($$"""
            Start-HBServer -Standalone -DataPath ./hb -Listen 127.0.0.1:{{port}} -ServerName backup.example.org
            $local = Connect-HBServer -DataPath ./hb
            $fingerprint = (Get-HBServer).Fingerprint
            function Secure([string] $Text) { $secret = [securestring]::new(); foreach ($c in $Text.ToCharArray()) { $secret.AppendChar($c) }; $secret }
            function Login([string] $Name, [string] $Password = '{{Password}}') { [pscredential]::new($Name, (Secure $Password)) }
            function Connect-Remote([string] $Name) { Connect-HBServer -ComputerName {{_address}} -Fingerprint $fingerprint -Credential (Login $Name) }
            New-HBUser -Name olga -Password (Secure '{{Password}}') | Grant-HBRole -Role Administrator
            New-HBUser -Name emil -Password (Secure '{{Password}}') | Grant-HBRole -Role Auditor
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _session.RunAsync("Connect-HBServer -DataPath ./hb");
        await _session.DisposeAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task Administrator_backs_up_an_auditor_may_not_and_the_audit_log_tells()
    {
        await _session.CreateRepositoryAsync();
        Directory.CreateDirectory(_session.In("source"));
        await File.WriteAllTextAsync(_session.In("source/file"), "content", TestContext.Current.CancellationToken);

        PSObject session = await _session.SingleAsync("Connect-Remote olga");
        Assert.Equal((_address, "Password"), (session.Text("ComputerName"), session.Text("Login")));
        await _session.CreateTaskAsync("docs", _session.In("source"));
        await _session.BackUpAsync("docs");
        await _session.ErrorAsync("InvalidArgument", "./out", "Get-HBSnapshot -Task docs -Latest | Restore-HBItem -Destination ./out");
        await _session.RestoreAsync("docs", _session.In("out"));
        Assert.Equal("content", await File.ReadAllTextAsync(_session.In("out") + _session.In("source/file"), TestContext.Current.CancellationToken));

        PSObject server = await _session.SingleAsync("Connect-Remote emil | Out-Null; Get-HBServer");
        Assert.Equal(("emil", "Auditor"), (server.Text("UserName"), Assert.Single((IEnumerable<string>)server.Get("Grants")!)));
        await _session.ErrorAsync("AccessRefused", "", "Start-HBTask docs");
        await _session.ErrorAsync("AccessRefused", "", "Remove-HBTask docs -Confirm:$false");
        Assert.Equal("docs", (await _session.SingleAsync("Get-HBTask")).Text("Name"));

        string[] entries = [.. (await _session.OutputAsync("Get-HBAuditLog")).Select(entry => $"{entry.Text("Caller")} {entry.Text("Action")} {entry.Text("Outcome")}")];
        Assert.Contains("olga Login.Login Done", entries);
        Assert.Contains("olga Tasks.Start Done", entries);
        Assert.Contains("emil Tasks.Start Refused", entries);
        Assert.Contains("emil Tasks.Remove Refused", entries);
        Assert.Equal("True", (await _session.SingleAsync("Test-HBAuditLog")).Text("IsSound"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Token_in_a_file_logs_in_until_it_expires()
    {
        foreach ((string name, string lifetime) in ((string, string)[])[("report", "1.00:00:00"), ("short", "0:00:01")])
        {
            PSObject token = await _session.SingleAsync($"New-HBApiToken -Name {name} -Role Auditor -Lifetime {lifetime}");
            await File.WriteAllTextAsync(_session.In(name), token.Text("Token"), TestContext.Current.CancellationToken);
        }

        PSObject server = await _session.SingleAsync($"Connect-HBServer -ComputerName {_address} -Fingerprint $fingerprint -TokenFile ./report | Out-Null; Get-HBServer");
        Assert.Equal(("report", "Token"), (server.Text("UserName"), server.Text("Login")));

        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
        await _session.ErrorAsync("LoginRefused", "", $"Connect-HBServer -ComputerName {_address} -TokenFile ./short");
    }

    [Fact(Timeout = 120_000)]
    public async Task Example_reports_the_runs_that_did_not_succeed()
    {
        await _session.CreateRepositoryAsync();
        Directory.CreateDirectory(_session.In("source"));
        await _session.CreateTaskAsync("docs", _session.In("source"));
        await _session.BackUpAsync("docs");
        Directory.Delete(_session.In("source"));
        PSObject failed = (await _session.RunAsync("Start-HBTask docs -Wait")).Single();
        PSObject token = await _session.SingleAsync("New-HBApiToken -Name report -Role Auditor");
        await File.WriteAllTextAsync(_session.In("report"), token.Text("Token"), TestContext.Current.CancellationToken);

        PSObject reported = await _session.SingleAsync($"& '{BuiltProduct.RemotePanel}' -ComputerName {_address} -TokenFile ./report -Fingerprint $fingerprint");

        Assert.NotEqual("Completed", failed.Text("State"));
        Assert.Equal(failed.Text("RunId"), reported.Text("RunId"));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_wrong_is_told_apart_as_far_as_strangers_may_know()
    {
        await _session.ErrorAsync("LoginRefused", "", $"Connect-HBServer -ComputerName {_address} -Fingerprint $fingerprint -Credential (Login olga 'not the password')");
        await _session.ErrorAsync("LoginRefused", "", $"Connect-HBServer -ComputerName {_address} -Credential (Login nobody)");
        await _session.ErrorAsync("ServerUnreachable", "no-such-host.invalid:10680", "Connect-HBServer -ComputerName no-such-host.invalid -Credential (Login olga)");
        await _session.ErrorAsync("ServerUnreachable", "localhost:", $"Connect-HBServer -ComputerName localhost:{FreePort()} -Credential (Login olga)");
        await _session.ErrorAsync("ServerCertificateUntrusted", _address, $"Connect-HBServer -ComputerName {_address} -Fingerprint {new string('0', 64)} -Credential (Login olga)");

        // This host can ask nobody whether a server under a new address is the right one.
        await _session.ErrorAsync("ServerNotTrusted", "127.0.0.1", $"Connect-HBServer -ComputerName 127.0.0.1:{_address.Split(':')[1]} -Credential (Login olga)");
    }

    [Fact(Timeout = 120_000)]
    public async Task Server_that_was_restarted_is_still_the_known_one()
    {
        await _session.OutputAsync("Connect-Remote olga");
        string port = _address.Split(':')[1];

        await _session.OutputAsync($"Stop-HBServer; Start-HBServer -Standalone -DataPath ./hb -Listen 127.0.0.1:{port}");

        // Without -Fingerprint: it was remembered, and the certificate of this start is another.
        await _session.OutputAsync($"Connect-HBServer -ComputerName {_address} -Credential (Login olga)");
        Assert.Equal("olga", (await _session.SingleAsync("Get-HBServer")).Text("UserName"));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
