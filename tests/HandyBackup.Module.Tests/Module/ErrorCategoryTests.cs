using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Module;

public sealed class ErrorCategoryTests
{
    [Fact]
    public async Task Every_code_reaches_the_user_under_its_name_and_in_a_category()
    {
        await using Panel panel = await Panel.OpenAsync();
        var without = new List<ErrorCode>();
        foreach (ErrorCode code in Enum.GetValues<ErrorCode>())
        {
            panel.Server.Fail("ITasks.ListAsync", new HandyBackupException(code, "What went wrong.") { Target = "it" });

            ErrorRecord error = await panel.ErrorAsync("Get-HBTask");

            Assert.Equal(code.ToString(), error.Id());
            without.AddRange(error.CategoryInfo.Category == ErrorCategory.NotSpecified ? [code] : []);
        }

        // Of a failure that nobody foresaw nothing is known.
        Assert.Equal([ErrorCode.InternalError], without);
    }
}
