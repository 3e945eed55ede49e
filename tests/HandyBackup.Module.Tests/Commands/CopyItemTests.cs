using System.Diagnostics;
using System.Management.Automation;
using System.Runtime.Versioning;
using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;
using HandyBackup.Testing;

namespace HandyBackup.Module.Tests.Commands;

public sealed class CopyItemTests : IDisposable
{
    private static readonly DateTimeOffset s_modified = new(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Folder_of_an_agent_is_copied_with_times_and_modes()
    {
        await using Panel panel = await Panel.OpenAsync();
        Show(panel, Live("etc/nginx", ItemKind.Folder), Live("etc/nginx/a.conf"), Live("etc/nginx/sub", ItemKind.Folder), Live("etc/nginx/sub/b"));
        panel.Server.On("IItems.ReadLiveAsync", Content("12345"));

        Assert.Empty(await panel.OutputAsync($"Copy-HBItem /etc/nginx {_folder.Path}/out -FromAgent pc1 -Recurse"));

        Assert.Equal("12345", await File.ReadAllTextAsync($"{_folder.Path}/out/nginx/a.conf", TestContext.Current.CancellationToken));
        Assert.Equal(["/out/nginx/a.conf", "/out/nginx/sub/b"], Files().Order(StringComparer.Ordinal));
        Assert.Equal(s_modified.UtcDateTime, File.GetLastWriteTimeUtc($"{_folder.Path}/out/nginx/sub/b"));
        Assert.Equal(s_modified.UtcDateTime, Directory.GetLastWriteTimeUtc($"{_folder.Path}/out/nginx"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{_folder.Path}/out/nginx/a.conf"));
    }

    [Theory]
    [InlineData("x/..", "DestinationEscapes")]
    [InlineData("x/../../../escaped", "DestinationEscapes")]
    [InlineData("x//a", "DestinationEscapes")]
    [InlineData(@"x/\x2Fetc", "DestinationEscapes")]
    [InlineData(@"x/nul\x00", "DestinationEscapes")]
    [InlineData(@"x/\xFF", "ItemUnsupported")]
    public async Task Hostile_name_is_refused_and_the_rest_is_copied(string path, string error)
    {
        await using Panel panel = await Panel.OpenAsync();
        Show(panel, Live("x", ItemKind.Folder), Live(path), Live("x/good"));
        panel.Server.On("IItems.ReadLiveAsync", Content("12345"));

        Assert.Equal(error, (await panel.ErrorAsync($"Copy-HBItem x {_folder.Path}/deep/out -FromAgent pc1 -Recurse")).Id());

        Assert.Equal(["/deep/out/x/good"], Files());
    }

    [Fact]
    public async Task Link_in_the_place_of_a_folder_is_not_followed()
    {
        await using Panel panel = await Panel.OpenAsync();
        Directory.CreateDirectory($"{_folder.Path}/elsewhere");
        Directory.CreateDirectory($"{_folder.Path}/out/x");
        Directory.CreateSymbolicLink($"{_folder.Path}/out/x/sub", $"{_folder.Path}/elsewhere");
        Show(panel, Live("x", ItemKind.Folder), Live("x/sub", ItemKind.Folder), Live("x/sub/a"));
        panel.Server.On("IItems.ReadLiveAsync", Content("12345"));

        await panel.OutputAsync($"Copy-HBItem x {_folder.Path}/out -FromAgent pc1 -Recurse -ErrorVariable failed -ErrorAction SilentlyContinue");

        Assert.Empty(Directory.GetFileSystemEntries($"{_folder.Path}/elsewhere"));
    }

    [Fact]
    public async Task File_that_breaks_off_leaves_what_was_there_and_nothing_else()
    {
        await using Panel panel = await Panel.OpenAsync();
        Directory.CreateDirectory($"{_folder.Path}/out");
        await File.WriteAllTextAsync($"{_folder.Path}/out/a", "old", TestContext.Current.CancellationToken);
        Show(panel, Live("a"));
        panel.Server.On<LiveContentRequest>("IItems.ReadLiveAsync", _ => BreakingAsync());

        Assert.Equal("ItemUnreadable", (await panel.ErrorAsync($"Copy-HBItem a {_folder.Path}/out -FromAgent pc1")).Id());

        Assert.Equal("old", await File.ReadAllTextAsync($"{_folder.Path}/out/a", TestContext.Current.CancellationToken));
        Assert.Equal(["/out/a"], Files());
    }

    [Theory]
    [InlineData("Always", "12345")]
    [InlineData("Never", "old")]
    [InlineData("IfNewer", "old")]
    [InlineData("IfChanged", "12345")]
    public async Task Existing_file_is_treated_as_a_restore_would(string overwrite, string expected)
    {
        await using Panel panel = await Panel.OpenAsync();
        Directory.CreateDirectory($"{_folder.Path}/out");
        await File.WriteAllTextAsync($"{_folder.Path}/out/a", "old", TestContext.Current.CancellationToken);
        Show(panel, Live("a"));
        panel.Server.On("IItems.ReadLiveAsync", Content("12345"));

        await panel.OutputAsync($"Copy-HBItem a {_folder.Path}/out -FromAgent pc1 -Overwrite {overwrite}");

        Assert.Equal(expected, await File.ReadAllTextAsync($"{_folder.Path}/out/a", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Folder_of_this_machine_goes_to_an_agent()
    {
        await using Panel panel = await Panel.OpenAsync();
        Directory.CreateDirectory($"{_folder.Path}/web/sub");
        await File.WriteAllTextAsync($"{_folder.Path}/web/sub/index", "hello", TestContext.Current.CancellationToken);
        panel.Server.On("IItems.WriteFolderAsync", new WrittenItem { Action = RestoreAction.Create });
        panel.Server.On("IItems.WriteFileAsync", new WrittenItem { Action = RestoreAction.Create, Bytes = 5 });

        await panel.OutputAsync($"Copy-HBItem {_folder.Path}/web /srv -ToAgent pc1 -Recurse");

        ItemToWrite item = panel.Server.Request<WriteItemRequest>("IItems.WriteFileAsync").Item;
        Assert.Equal(("/srv", "web/sub/index", 5L), (item.Destination, item.Path, item.Size));
        Assert.Equal("hello", Encoding.UTF8.GetString(Assert.Single(panel.Server.Received)));
        Assert.Equal(
            ["web", "web/sub", "web/sub", "web"],
            panel.Server.Calls.Where(call => call.Method == "IItems.WriteFolderAsync").Select(call => ((WriteItemRequest)call.Request!).Item.Path));
    }

    [Theory]
    [InlineData("mkfifo web/x")]
    [InlineData("ln /dev/zero web/x 2>/dev/null || mknod web/x c 1 5")]
    [InlineData("mknod web/x b 7 250")]
    [InlineData("perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0) && bind(S, sockaddr_un(\"web/x\")) or die'")]
    [InlineData("ln -s a web/x")]
    public async Task What_is_no_file_on_this_machine_is_refused_at_once_and_the_rest_goes(string script)
    {
        await using Panel panel = await Panel.OpenAsync();
        Prepare($"mkdir web; echo 1 > web/a; {script}; echo 2 > web/z");
        panel.Server.On("IItems.WriteFolderAsync", new WrittenItem { Action = RestoreAction.Create });
        panel.Server.On("IItems.WriteFileAsync", new WrittenItem { Action = RestoreAction.Create, Bytes = 2 });

        ErrorRecord inFolder = await panel.ErrorAsync($"Copy-HBItem {_folder.Path}/web /srv -ToAgent pc1 -Recurse");
        ErrorRecord itself = await panel.ErrorAsync($"Copy-HBItem {_folder.Path}/web/x /srv -ToAgent pc1");

        Assert.Equal(("ItemUnsupported", $"{_folder.Path}/web/x"), (inFolder.Id(), inFolder.TargetObject));
        Assert.Equal("ItemUnsupported", itself.Id());
        Assert.Equal(["1\n", "2\n"], panel.Server.Received.Select(Encoding.UTF8.GetString).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Content_between_agents_does_not_come_by_the_panel()
    {
        await using Panel panel = await Panel.OpenAsync();
        Show(panel, Live("a"));
        panel.Server.On("IItems.CopyFileAsync", new WrittenItem { Action = RestoreAction.Create, Bytes = 5 });

        await panel.OutputAsync("Copy-HBItem a /srv -FromAgent pc1 -ToAgent pc2");

        var request = panel.Server.Request<CopyFileRequest>("IItems.CopyFileAsync");
        Assert.Equal(("pc1", "a", "pc2", "/srv"), (request.File.Agent, request.File.Path, request.Agent, request.Item.Destination));
    }

    [Theory]
    [InlineData("Copy-HBItem a /srv")]
    [InlineData("Copy-HBItem a /srv -SnapshotId aaaa -ToAgent pc1")]
    public async Task What_other_commands_do_is_refused(string command)
    {
        await using Panel panel = await Panel.OpenAsync();

        Assert.Equal("InvalidArgument", (await panel.ErrorAsync(command)).Id());
    }

    [Fact]
    public async Task What_if_copies_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        Assert.Empty(await panel.OutputAsync($"Copy-HBItem a {_folder.Path}/out -FromAgent pc1 -WhatIf"));

        Assert.Empty(Files());
        Assert.Equal(0, panel.Server.Count("IItems.ListAsync"));
    }

    private void Prepare(string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes and devices in folders are those of Linux.");
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-e", "-c", script]) { WorkingDirectory = _folder.Path })!;
        shell.WaitForExit();
        Assert.SkipUnless(shell.ExitCode == 0, $"This machine cannot make what the test needs: {script}");
    }

    private static Item Live(string path, ItemKind kind = ItemKind.File) => new()
    {
        Path = path,
        Name = path.Split('/')[^1],
        Kind = kind,
        Size = kind == ItemKind.File ? 5 : null,
        Modified = s_modified,
        Mode = kind == ItemKind.Folder ? 0x1ED : 0x180,
        Agent = "pc1",
    };

    private static ReadOnlyMemory<byte>[] Content(string text) => [Encoding.UTF8.GetBytes(text)];

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> BreakingAsync()
    {
        await Task.Yield();
        yield return new byte[] { 1, 2 };
        throw new HandyBackupException(ErrorCode.ItemUnreadable, "Input/output error") { Target = "a" };
    }

    private static void Show(Panel panel, params Item[] items) => panel.Server.On<ItemQuery>(
        "IItems.ListAsync", query => query.Recurse ? items[1..] : items[..1]);

    private IEnumerable<string> Files() => Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(file => file[_folder.Path.Length..]);
}
