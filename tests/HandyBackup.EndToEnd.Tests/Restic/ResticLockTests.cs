using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.Restic;

/// <summary>Locks of restic count for us. A class of its own: the run waits half a minute for the lock, and other tests need not.</summary>
public sealed class ResticLockTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_lock_of_restic_that_excludes_others_is_respected()
    {
        ResticProgram.SkipUnlessInstalled();
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        Directory.CreateDirectory(session.In("source"));
        await session.CreateTaskAsync("docs", session.In("source"));
        await session.BackUpAsync("docs");
        var restic = new ResticProgram(session.RepositoryPath);

        // A check of restic takes an exclusive lock; killed, it leaves the lock behind. On another host nobody can know that it is dead.
        const string Kill = "hostname elsewhere; exec strace -f -o /dev/null -e trace=unlinkat -e inject=unlinkat:signal=KILL restic --no-cache check --repo";
        await SystemProgram.TryRunAsync("unshare", ["--uts", "bash", "-c", $"{Kill} '{session.RepositoryPath}'"], session.Folder, ("RESTIC_PASSWORD", ProductSession.Password));
        Assert.SkipUnless((await restic.RunAsync("list", "locks", "--no-lock")).Trim().Length > 0, "A lock of another host cannot be left behind here (needs root, unshare and strace).");

        PSObject run = (await session.RunAsync("Start-HBTask docs -Wait")).Output[0];
        Assert.Equal(("Failed", "RepositoryLocked"), (run.Text("State"), run.Text("ErrorId")));
        await restic.RunAsync("unlock", "--remove-all");
        await session.BackUpAsync("docs");
    }
}
