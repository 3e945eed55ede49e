using HandyBackup.Agent.Core.Enrollment;

namespace HandyBackup.Agent.Core.Tests.Enrollment;

public sealed class TokenInputTests
{
    [Theory]
    [InlineData("HB1-TOKEN")]
    [InlineData("HB1-TOKEN\r\n")]
    [InlineData("\uFEFF HB1-TOKEN")]
    public void Standard_input_gives_the_token_without_what_shells_add(string input) =>
        Assert.Equal("HB1-TOKEN", TokenInput.Find(null, "-", new StringReader(input))!.Value);
}
