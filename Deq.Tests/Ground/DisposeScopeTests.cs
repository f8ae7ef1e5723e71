using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Ground;

public class DisposeScopeTests
{
    [Fact]
    public void AScope_DisposesWhatWasMadeInIt()
    {
        Tensor inside, outside = ones(2);
        using (NewDisposeScope()) inside = ones(2);
        Assert.True(inside.IsInvalid);
        Assert.False(outside.IsInvalid);
        outside.Dispose();
    }

    [Fact]
    public void MovedToTheOuterScope_ATensorLivesAsLongAsThat()
    {
        Tensor moved;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope()) moved = ones(2).MoveToOuterDisposeScope();
            Assert.False(moved.IsInvalid);
            Assert.True(outer.Contains(moved));
        }

        Assert.True(moved.IsInvalid);
    }

    [Fact]
    public void MovedOutOfTheOutermostScope_ATensorIsFree()
    {
        Tensor free;
        using (NewDisposeScope()) free = ones(2).MoveToOuterDisposeScope();
        Assert.False(free.IsInvalid);
        free.Dispose();
    }

    [Fact]
    public void Detached_ATensorIsTheCallers()
    {
        Tensor free;
        using (NewDisposeScope()) free = ones(2).DetachFromDisposeScope();
        Assert.False(free.IsInvalid);
        using (var scope = NewDisposeScope())
        {
            scope.Attach(free);
            Assert.Equal(1, scope.DisposablesCount);
        }

        Assert.True(free.IsInvalid);
    }

    [Fact]
    public void DisposeEverythingBut_KeepsWhatItIsTold()
    {
        using var scope = NewDisposeScope();
        Tensor a = ones(2), b = ones(2), c = ones(2);
        scope.DisposeEverythingBut(b);
        Assert.True(a.IsInvalid && c.IsInvalid);
        Assert.False(b.IsInvalid);
        Assert.Equal([b], scope.DisposablesView);
    }

    [Fact]
    public void DisposedByHand_ATensorLeavesItsScope()
    {
        using var scope = NewDisposeScope();
        Tensor a = ones(2), b = ones(2), c = ones(2);
        b.Dispose();
        Assert.Equal(2, scope.DisposablesCount);
        a.Dispose();
        Assert.Equal([c], scope.DisposablesView);
    }

    [Fact]
    public void WrappedTensorDisposeScope_LeavesTheResultAlone()
    {
        Tensor inner = null!;
        using var result = WrappedTensorDisposeScope(() =>
        {
            inner = ones(2);
            return inner + 1;
        });
        Assert.True(inner.IsInvalid);
        result.AssertEqual([2, 2]);
    }

    [Fact]
    public void AnOuterScopeThatEndsFirst_LeavesTheInnerOneWorking()
    {
        var outer = NewDisposeScope();
        var inner = NewDisposeScope();
        outer.Dispose();
        var t = ones(2);
        Assert.True(inner.Contains(t));
        inner.Dispose();
        Assert.True(t.IsInvalid);
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void Scopes_BelongToTheirThread()
    {
        using var scope = NewDisposeScope();
        Tensor other = null!;
        var thread = new Thread(() => other = ones(2));
        thread.Start();
        thread.Join();
        Assert.False(scope.Contains(other));
        other.Dispose();
    }

    [Fact]
    public void Statistics_CountWhatHappened()
    {
        var thread = new Thread(() =>
        {
            var s = DisposeScopeManager.Statistics.TensorStatistics;
            using var outside = ones(2);
            using (NewDisposeScope())
            {
                _ = ones(2);
                ones(2).Dispose();
                ones(2).DetachFromDisposeScope().Dispose();
            }

            Assert.Equal(1, s.CreatedOutsideScopeCount);
            Assert.Equal(3, s.CreatedInScopeCount);
            Assert.Equal(2, s.DisposedInScopeCount);
            Assert.Equal(1, s.DetachedFromScopeCount);
            Assert.Equal(1, s.DisposedOutsideScopeCount);
            Assert.Equal(1, s.ThreadTotalLiveCount);
        });
        thread.Start();
        thread.Join();
    }
}
