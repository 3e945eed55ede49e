using System.Management.Automation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Remote;

/// <summary>Connect-HBServer -ComputerName, over real TLS to a fake server: what is asked, remembered, sent and refused.</summary>
public sealed class ConnectRemoteServerTests : IAsyncLifetime
{
    private Panel _panel = null!;
    private FakeNetwork _network = null!;

    public async ValueTask InitializeAsync()
    {
        _panel = await Panel.OpenAsync(connect: false);
        _network = new FakeNetwork(_panel.Server);
    }

    public async ValueTask DisposeAsync()
    {
        await _network.DisposeAsync();
        await _panel.DisposeAsync();
    }

    [Fact]
    public async Task Unknown_server_is_asked_about_once_with_its_address_and_fingerprint()
    {
        _panel.UI.Choices.Enqueue(0);
        _panel.UI.Passwords.Enqueue("secret");
        _panel.UI.Passwords.Enqueue("secret");

        PSObject session = Assert.Single(await _panel.OutputAsync($"Connect-HBServer -ComputerName {_network.Address}"));
        await _panel.OutputAsync($"Connect-HBServer -ComputerName {_network.Address}");

        string question = Assert.Single(_panel.UI.Questions, asked => asked.Contains("fingerprint", StringComparison.Ordinal));
        Assert.Contains(_network.Address, question, StringComparison.Ordinal);
        Assert.Contains(_network.Fingerprint, question, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(_network.Address, session.Get("ComputerName"));
        Assert.Null(session.Get("DataPath"));
        Assert.Equal("Password", session.Text("Login"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unknown_server_that_nobody_says_yes_to_gets_no_login(bool canAsk)
    {
        if (canAsk)
        {
            _panel.UI.Choices.Enqueue(1);
        }

        _panel.UI.Passwords.Enqueue("secret");
        ErrorRecord error = await _panel.ErrorAsync($"Connect-HBServer -ComputerName {_network.Address}");

        Assert.Equal("ServerNotTrusted", error.Id());
        Assert.Contains("-Fingerprint", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(0, _panel.Server.Count("ILogin.LoginAsync"));
        Assert.False(File.Exists(_network.KnownServers));
    }

    [Fact]
    public async Task Fingerprint_is_asked_about_by_nobody_and_remembered()
    {
        _panel.UI.Passwords.Enqueue("secret");
        _panel.UI.Passwords.Enqueue("secret");
        string withColons = string.Join(':', _network.Fingerprint.Chunk(2).Select(pair => new string(pair)));

        await _panel.OutputAsync($"Connect-HBServer -ComputerName {_network.Address} -Fingerprint {withColons}");
        await _panel.OutputAsync($"Connect-HBServer -ComputerName {_network.Address}");

        Assert.Equal($"{_network.Address} {_network.Fingerprint}\n", await File.ReadAllTextAsync(_network.KnownServers, TestTimeout.Token), ignoreCase: true);
    }

    [Fact]
    public async Task Server_that_is_another_than_the_known_one_is_refused_until_its_fingerprint_is_given()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_network.KnownServers)!);
        await File.WriteAllTextAsync(_network.KnownServers, $"{_network.Address} {new string('a', 64)}\n", TestTimeout.Token);
        _panel.UI.Passwords.Enqueue("secret");

        ErrorRecord error = await _panel.ErrorAsync($"Connect-HBServer -ComputerName {_network.Address}");

        Assert.Equal("ServerCertificateUntrusted", error.Id());
        Assert.Equal(ErrorCategory.SecurityError, error.CategoryInfo.Category);
        Assert.Contains("-Fingerprint", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(0, _panel.Server.Count("ILogin.LoginAsync"));

        _panel.UI.Passwords.Enqueue("secret");
        _panel.UI.Passwords.Enqueue("secret");
        await _panel.OutputAsync($"Connect-HBServer -ComputerName {_network.Address} -Fingerprint {_network.Fingerprint}");
        await _panel.OutputAsync($"Connect-HBServer -ComputerName {_network.Address}");
        Assert.Equal(2, _panel.Server.Count("ILogin.LoginAsync"));
    }

    [Fact]
    public async Task Damaged_list_of_known_servers_is_named_and_a_fingerprint_does_without_it()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_network.KnownServers)!);
        await File.WriteAllTextAsync(_network.KnownServers, "nonsense", TestTimeout.Token);
        _panel.UI.Passwords.Enqueue("secret");
        _panel.UI.Passwords.Enqueue("secret");

        ErrorRecord error = await _panel.ErrorAsync($"Connect-HBServer -ComputerName {_network.Address}");
        Assert.Equal("KnownServersUnusable", error.Id());
        Assert.Equal(_network.KnownServers, error.TargetObject);

        PanelResult result = await _panel.RunAsync($"Connect-HBServer -ComputerName {_network.Address} -Fingerprint {_network.Fingerprint}");
        Assert.Empty(result.Errors);
        Assert.Contains(_network.KnownServers, Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credential_and_code_are_sent_as_they_were_given()
    {
        _panel.UI.Passwords.Enqueue("a good password");

        await _panel.OutputAsync($"Connect-HBServer -ComputerName {_network.Address} -Fingerprint {_network.Fingerprint} -Credential bert -OneTimeCode 012345");

        LoginRequest login = _panel.Server.Request<LoginRequest>("ILogin.LoginAsync");
        Assert.Equal(("bert", "a good password", "012345", null), (login.Name, login.Password?.Value, login.Code?.Value, login.Token?.Value));
    }

    [Fact]
    public async Task Token_comes_from_a_secure_string_or_a_file()
    {
        string file = Path.Combine(_panel.Server.DataPath, "token");
        await File.WriteAllTextAsync(file, "HBT1-from-file\nmore\n", TestTimeout.Token);

        PSObject session = Assert.Single(await _panel.OutputAsync(
            $"$t = [securestring]::new(); 'HBT1-typed'.ToCharArray() | & {{ process {{ $t.AppendChar($_) }} }}; Connect-HBServer -ComputerName {_network.Address} -Fingerprint {_network.Fingerprint} -Token $t"));
        await _panel.OutputAsync($"Connect-HBServer -ComputerName {_network.Address} -TokenFile '{file}'");

        Assert.Equal("Token", session.Text("Login"));
        Assert.Equal(
            ["HBT1-typed", "HBT1-from-file"],
            _panel.Server.Calls.Select(call => call.Request).OfType<LoginRequest>().Select(login => login.Token?.Value));
    }

    [Fact]
    public async Task Certificate_is_shown_in_the_handshake_and_the_login_names_nobody()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 own = new CertificateRequest("CN=anna", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(own.RawData);
        _panel.Runspace.SessionStateProxy.SetVariable("own", own);
        _panel.Runspace.SessionStateProxy.SetVariable("bare", bare);

        PSObject session = Assert.Single(await _panel.OutputAsync($"Connect-HBServer -ComputerName {_network.Address} -Fingerprint {_network.Fingerprint} -Certificate $own"));
        ErrorRecord error = await _panel.ErrorAsync($"Connect-HBServer -ComputerName {_network.Address} -Certificate $bare");

        Assert.Equal("Certificate", session.Text("Login"));
        Assert.Equal(own.GetCertHashString(HashAlgorithmName.SHA256), _network.ShownCertificate);
        LoginRequest login = _panel.Server.Request<LoginRequest>("ILogin.LoginAsync");
        Assert.Equal((null, null), (login.Name, login.Token));
        Assert.Equal("InvalidArgument", error.Id());
    }

    [Fact]
    public async Task Login_that_is_refused_leaves_no_session_and_no_connection()
    {
        _panel.Server.Fail("ILogin.LoginAsync", new HandyBackupException(ErrorCode.LoginRefused, "The server does not accept the login."));
        _panel.UI.Passwords.Enqueue("wrong");

        ErrorRecord error = await _panel.ErrorAsync($"Connect-HBServer -ComputerName {_network.Address} -Fingerprint {_network.Fingerprint}");

        Assert.Equal("LoginRefused", error.Id());
        Assert.Equal(ErrorCategory.AuthenticationError, error.CategoryInfo.Category);
        Assert.Equal("NotConnected", (await _panel.ErrorAsync("Get-HBServer")).Id());
    }

    [Theory]
    [InlineData("-ComputerName '' ", "ParameterArgumentValidationError")]
    [InlineData("-ComputerName 'a b'", "InvalidArgument")]
    [InlineData("-ComputerName host:0", "InvalidArgument")]
    [InlineData("-ComputerName host -Fingerprint abc", "InvalidArgument")]
    [InlineData("-ComputerName host -DataPath ./hb", "AmbiguousParameterSet")]
    public async Task Bad_values_are_named(string parameters, string id)
    {
        _panel.UI.Passwords.Enqueue("secret");

        Assert.Equal(id, (await _panel.ErrorAsync($"Connect-HBServer {parameters}")).Id());
    }

    [Fact]
    public async Task Without_a_login_a_host_that_cannot_ask_gets_an_error_that_names_the_parameters()
    {
        ErrorRecord error = await _panel.ErrorAsync($"Connect-HBServer -ComputerName {_network.Address}");

        Assert.Equal("InvalidArgument", error.Id());
        Assert.Contains("-TokenFile", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_says_who_where_and_by_what_and_stopping_looks_at_no_process_here()
    {
        _panel.Server.On("IServerInfo.GetStatusAsync", Samples.Status("/srv/hb") with { ProcessId = 1, Fingerprint = "ab" });
        _panel.Server.On("ILogin.GetCallerAsync", new CallerInfo { Kind = CallerKind.User, Name = "anna", Grants = [new Grant { Role = Role.Operator }] });
        _panel.Server.On<StopServerRequest>("IServerInfo.StopAsync", request =>
        {
            _network.CutSoon();
            return Task.CompletedTask;
        });
        _panel.UI.Passwords.Enqueue("secret");
        await _panel.OutputAsync($"Connect-HBServer -ComputerName {_network.Address} -Fingerprint {_network.Fingerprint}");

        PSObject server = Assert.Single(await _panel.OutputAsync("Get-HBServer"));
        Assert.Equal(("anna", "Password", _network.Address), (server.Text("UserName"), server.Text("Login"), server.Text("ComputerName")));
        Assert.Equal("ab", server.Text("Fingerprint"));
        Assert.Equal("Operator", Assert.Single((IEnumerable<string>)server.Get("Grants")!));

        // Process 1 of this machine lives on, and is none of the server's.
        await _panel.OutputAsync("Stop-HBServer -TimeoutSec 20");
    }

    [Theory]
    [InlineData("New-HBRepository main ./repo -Password $s")]
    [InlineData("Import-HBRepository main repo -Password $s")]
    [InlineData("Set-HBRepository main -Path ../repo")]
    [InlineData("New-HBTask -Name docs -Source Files -Path docs -Repository main")]
    public async Task Relative_path_is_refused_because_it_means_nothing_on_the_server(string command)
    {
        _panel.UI.Passwords.Enqueue("secret");
        await _panel.OutputAsync($"$s = [securestring]::new(); $s.AppendChar('x'); Connect-HBServer -ComputerName {_network.Address} -Fingerprint {_network.Fingerprint}");

        ErrorRecord error = await _panel.ErrorAsync(command);

        Assert.Equal("InvalidArgument", error.Id());
        Assert.Contains(_network.Address, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Path_of_a_machine_of_another_kind_is_taken_as_it_is()
    {
        _panel.Server.On("IRepositories.UpdateAsync", Samples.Repository());
        _panel.UI.Passwords.Enqueue("secret");
        await _panel.OutputAsync($"Connect-HBServer -ComputerName {_network.Address} -Fingerprint {_network.Fingerprint}");

        await _panel.OutputAsync(@"Set-HBRepository main -Path D:\repo");

        Assert.Equal(@"D:\repo", _panel.Server.Request<UpdateRepositoryRequest>("IRepositories.UpdateAsync").Path);
    }

    [Fact]
    public async Task Lost_connection_names_the_server_and_the_next_connect_works()
    {
        _panel.Server.On("IServerInfo.GetStatusAsync", Samples.Status("/srv/hb"));
        _panel.UI.Passwords.Enqueue("secret");
        _panel.UI.Passwords.Enqueue("secret");
        await _panel.OutputAsync($"Connect-HBServer -ComputerName {_network.Address} -Fingerprint {_network.Fingerprint}");
        _network.Cut();

        ErrorRecord error = await _panel.ErrorAsync("Get-HBServer");
        Assert.Equal("ConnectionLost", error.Id());

        await _panel.OutputAsync($"Connect-HBServer -ComputerName {_network.Address}");
        Assert.Single(await _panel.OutputAsync("Get-HBServer"));
    }
}
