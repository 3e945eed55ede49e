using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class NewRepositoryTests
{
    [Fact]
    public async Task Parameters_become_the_request_and_the_repository_is_returned()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.CreateAsync", Samples.Repository());
        string file = Path.Combine(panel.Server.DataPath, "pw");
        await File.WriteAllTextAsync(file, "s3cret \r\nsecond line\n", TestTimeout.Token);

        PSObject repository = Assert.Single(await panel.OutputAsync($"New-HBRepository -Name main -Path /backup/main -PasswordFile '{file}' -CompressionLevel 9 -FormatVersion 2 -Description text"));

        var request = panel.Server.Request<CreateRepositoryRequest>("IRepositories.CreateAsync");
        Assert.Equal(("main", "/backup/main", "s3cret ", 9, 2, "text"), (request.Name, request.Path, request.Password.Value, request.CompressionLevel, request.FormatVersion, request.Description));
        Assert.Equal("main", repository.Get("Name"));
        Assert.Equal(3L << 30, repository.Get("Size"));
    }

    [Fact]
    public async Task A_relative_path_starts_at_the_PowerShell_location()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.CreateAsync", Samples.Repository());
        panel.UI.Passwords.Enqueue("p");
        panel.UI.Passwords.Enqueue("p");

        await panel.OutputAsync($"$null = $ExecutionContext.SessionState.Path.SetLocation('{panel.Server.DataPath}'); New-HBRepository main ./repo");

        Assert.Equal(Path.Combine(panel.Server.DataPath, "repo"), panel.Server.Request<CreateRepositoryRequest>("IRepositories.CreateAsync").Path);
    }

    [Fact]
    public async Task A_new_password_is_asked_for_twice_and_must_be_the_same()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.UI.Passwords.Enqueue("one");
        panel.UI.Passwords.Enqueue("other");

        ErrorRecord error = await panel.ErrorAsync("New-HBRepository main /backup/main");

        Assert.Equal("InvalidArgument", error.Id());
        Assert.Equal(0, panel.Server.Count("IRepositories.CreateAsync"));
    }

    [Fact]
    public async Task A_host_that_cannot_ask_gets_a_clear_error()
    {
        await using Panel panel = await Panel.OpenAsync();

        ErrorRecord error = await panel.ErrorAsync("New-HBRepository main /backup/main");

        Assert.Equal("InvalidArgument", error.Id());
        Assert.Contains("-PasswordFile", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nsecond")]
    [InlineData(null)]
    public async Task A_password_file_that_is_missing_or_empty_is_named(string? content)
    {
        await using Panel panel = await Panel.OpenAsync();
        string file = Path.Combine(panel.Server.DataPath, "pw");
        if (content is not null)
        {
            await File.WriteAllTextAsync(file, content, TestTimeout.Token);
        }

        ErrorRecord error = await panel.ErrorAsync($"New-HBRepository main /backup/main -PasswordFile '{file}'");

        Assert.Equal("InvalidArgument", error.Id());
        Assert.Equal(file, error.TargetObject);
    }

    [Fact]
    public async Task A_secure_string_travels_whole()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.CreateAsync", Samples.Repository());

        await panel.OutputAsync("$s = [System.Security.SecureString]::new(); 'pä߀'.ToCharArray().ForEach({ $s.AppendChar($_) }); New-HBRepository main /backup/main -Password $s");

        Assert.Equal("pä߀", panel.Server.Request<CreateRepositoryRequest>("IRepositories.CreateAsync").Password.Value);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("New-HBRepository main /backup/main -WhatIf");

        Assert.Equal(0, panel.Server.Count("IRepositories.CreateAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.UI.Passwords.Enqueue("p");
        panel.UI.Passwords.Enqueue("p");
        panel.Server.Fail("IRepositories.CreateAsync", new HandyBackupException(ErrorCode.RepositoryFolderNotEmpty, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("New-HBRepository main /backup/main");

        Assert.Equal("RepositoryFolderNotEmpty", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
