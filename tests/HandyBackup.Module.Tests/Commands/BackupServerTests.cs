using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;
using HandyBackup.Testing;

namespace HandyBackup.Module.Tests.Commands;

public sealed class BackupServerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public BackupServerTests() => File.WriteAllText(_folder.Combine("pw"), "a long password\n");

    public void Dispose() => _folder.Dispose();

    private string Target => _folder.Combine("hb.hbserver");

    private string Command => $"Backup-HBServer '{Target}' -PasswordFile '{_folder.Combine("pw")}'";

    [Fact]
    public async Task Parts_become_the_file_and_the_first_says_what_is_in_it()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IServerInfo.BackUpAsync", Parts());

        PSObject saved = Assert.Single(await panel.OutputAsync(Command));

        Assert.Equal((Target, 5L, "box", 3), (saved.Text("Path"), saved.Get("Length"), saved.Text("HostName"), saved.Get("Agents")));
        Assert.Equal([1, 2, 3, 4, 5], await File.ReadAllBytesAsync(Target, TestTimeout.Token));
        Assert.Equal("a long password", panel.Server.Request<BackUpServerRequest>("IServerInfo.BackUpAsync").Password.Value);
        Assert.Equal(["hb.hbserver", "pw"], Files());
    }

    [Fact]
    public async Task Existing_file_is_replaced_only_if_told_so()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IServerInfo.BackUpAsync", Parts());
        await File.WriteAllTextAsync(Target, "old", TestTimeout.Token);

        ErrorRecord error = await panel.ErrorAsync(Command);
        Assert.Equal(("FileExists", Target, "old"), (error.Id(), error.TargetObject, await File.ReadAllTextAsync(Target, TestTimeout.Token)));
        Assert.Equal(0, panel.Server.Count("IServerInfo.BackUpAsync"));

        await panel.OutputAsync(Command + " -Force");
        Assert.Equal(5, new FileInfo(Target).Length);
        Assert.Equal(["hb.hbserver", "pw"], Files());
    }

    [Fact]
    public async Task Error_in_the_middle_leaves_the_old_file_and_nothing_else()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On<BackUpServerRequest>("IServerInfo.BackUpAsync", _ => Failing());
        await File.WriteAllTextAsync(Target, "old", TestTimeout.Token);

        Assert.Equal("CatalogDamaged", (await panel.ErrorAsync(Command + " -Force")).Id());

        Assert.Equal("old", await File.ReadAllTextAsync(Target, TestTimeout.Token));
        Assert.Equal(["hb.hbserver", "pw"], Files());
    }

    [Fact]
    public async Task Server_that_dies_in_the_middle_leaves_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On<BackUpServerRequest>("IServerInfo.BackUpAsync", (_, token) => Hanging(panel.Server.Cut, token));

        Assert.Equal("ConnectionLost", (await panel.ErrorAsync(Command)).Id());

        Assert.Equal(["pw"], Files());
    }

    [Fact]
    public async Task Place_that_cannot_be_written_is_named_before_the_server_is_asked()
    {
        await using Panel panel = await Panel.OpenAsync();

        ErrorRecord error = await panel.ErrorAsync("Backup-HBServer /no/such/folder/file -PasswordFile /dev/null");

        Assert.Equal(("InvalidArgument", "/no/such/folder/file"), (error.Id(), error.TargetObject));
    }

    [Fact]
    public async Task WhatIf_does_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        Assert.Empty(await panel.OutputAsync(Command + " -WhatIf"));

        Assert.Equal(["pw"], Files());
        Assert.Equal(0, panel.Server.Count("IServerInfo.BackUpAsync"));
    }

    private static ServerBackupPart[] Parts() =>
        [new() { Backup = Samples.ServerBackup(), Content = [] }, new() { Content = [1, 2, 3] }, new() { Content = [4, 5] }];

    private static async IAsyncEnumerable<ServerBackupPart> Failing()
    {
        yield return Parts()[1];
        await Task.Yield();
        throw new HandyBackupException(ErrorCode.CatalogDamaged, "The catalog is damaged.");
    }

    private static async IAsyncEnumerable<ServerBackupPart> Hanging(Action cut, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        yield return Parts()[1];
        cut();
        await Task.Delay(Timeout.Infinite, token);
    }

    private string[] Files() => [.. Directory.GetFiles(_folder.Path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
