using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Restic;

namespace HandyBackup.EndToEnd.Tests.BadInput;

/// <summary>Folders that are no place for a repository, or no repository, or open with no password that was given.</summary>
public sealed class RepositoryFolderTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_folder_that_cannot_become_or_be_a_repository_is_named_and_left_alone()
    {
        await using ProductSession session = await ProductSession.StartAsync();
        Directory.CreateDirectory(session.In("full"));
        Directory.CreateDirectory(session.In("empty"));
        await File.WriteAllTextAsync(session.In("full/precious.txt"), "mine", TestContext.Current.CancellationToken);

        await session.ErrorAsync("RepositoryFolderNotEmpty", session.In("full"), "New-HBRepository -Name main -Path ./full -PasswordFile ./pw");
        await session.ErrorAsync("NotARepository", session.In("full"), "Import-HBRepository -Name main -Path ./full -PasswordFile ./pw");
        await session.ErrorAsync("NotARepository", session.In("empty"), "Import-HBRepository -Name main -Path ./empty -PasswordFile ./pw");
        await session.ErrorAsync("NotARepository", session.In("none"), "Import-HBRepository -Name main -Path ./none -PasswordFile ./pw");

        Assert.Equal([session.In("full/precious.txt")], Directory.GetFileSystemEntries(session.In("full")));
        Assert.Empty(Directory.GetFileSystemEntries(session.In("empty")));
        Assert.False(Directory.Exists(session.In("none")));
        Assert.Empty(await session.OutputAsync("Get-HBRepository"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_wrong_password_is_an_error_and_a_right_one_still_opens_the_repository()
    {
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        await session.OutputAsync("Remove-HBRepository main -Confirm:$false");
        await File.WriteAllTextAsync(session.In("wrong"), "a wrong one", TestContext.Current.CancellationToken);

        await session.ErrorAsync("WrongPassword", session.RepositoryPath, "Import-HBRepository -Name main -Path ./repo -PasswordFile ./wrong");

        Assert.Empty(await session.OutputAsync("Get-HBRepository"));
        Assert.Equal("main", (await session.SingleAsync("Import-HBRepository -Name main -Path ./repo -PasswordFile ./pw")).Text("Name"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_repository_of_a_newer_format_version_is_refused_and_left_alone()
    {
        ResticProgram.SkipUnlessInstalled();
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        await session.OutputAsync("Remove-HBRepository main -Confirm:$false");
        await NewerConfig.WriteAsync(session.RepositoryPath);
        string before = await ListAsync(session);

        await session.ErrorAsync("RepositoryVersionUnsupported", session.RepositoryPath, "Import-HBRepository -Name main -Path ./repo -PasswordFile ./pw");

        Assert.Equal(before, await ListAsync(session));
        Assert.Contains("version", (await new ResticProgram(session.RepositoryPath).TryRunAsync("snapshots")).Errors, StringComparison.Ordinal);
    }

    private static Task<string> ListAsync(ProductSession session) =>
        SystemProgram.ShellAsync("find . -type f -print0 | sort -z | xargs -0 sha256sum", session.RepositoryPath);
}
