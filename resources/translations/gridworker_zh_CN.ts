<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>AddSheet</name>
        <message>
            <source>Add to {number}</source>
            <translation>补充到 {number}</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>补充</translation>
        </message>
        <message>
            <source>What is to be added</source>
            <translation>补充的情况</translation>
        </message>
        <message>
            <source>May stay empty when there are photos</source>
            <translation>有照片就可不填</translation>
        </message>
        <message>
            <source>words or a photo</source>
            <translation>文字或照片</translation>
        </message>
        <message>
            <source>Choose files</source>
            <translation>选文件</translation>
        </message>
        <message>
            <source>Photos</source>
            <translation>照片</translation>
        </message>
        <message>
            <source>paste or drop them too</source>
            <translation>也可粘贴、拖入</translation>
        </message>
        <message>
            <source>What is added stays in the history of the ticket.</source>
            <translation>补充的内容会留在工单记录里。</translation>
        </message>
    </context>
    <context>
        <name>AskChoice</name>
        <message>
            <source>Type to narrow the list</source>
            <translation>输入几个字缩小范围</translation>
        </message>
        <message>
            <source>Leave it</source>
            <translation>先不办</translation>
        </message>
    </context>
    <context>
        <name>AskReason</name>
        <message>
            <source>Leave it</source>
            <translation>先不办</translation>
        </message>
    </context>
    <context>
        <name>AskWords</name>
        <message>
            <source>Place</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>Note</source>
            <translation>说明</translation>
        </message>
        <message>
            <source>Save the change</source>
            <translation>保存修改</translation>
        </message>
        <message>
            <source>Leave it as it is</source>
            <translation>不改了</translation>
        </message>
        <message>
            <source>What it said before stays in the history.</source>
            <translation>原来的内容留在记录里。</translation>
        </message>
        <message>
            <source>Change place or note</source>
            <translation>修改位置或说明</translation>
        </message>
    </context>
    <context>
        <name>AttentionCard</name>
        <message>
            <source>{when} you {did}.</source>
            <translation>{when}，你{did}。</translation>
        </message>
        <message>
            <source>{reason}, as number {number}. {next}</source>
            <translation>{reason}，编号 {number}。{next}</translation>
        </message>
        <message>
            <source>The centre could not decide yet and keeps it as number {number}; a person looks at it. You need not enter it again.</source>
            <translation>中心未能处理，已留存，编号 {number}，有专人核查。无需重填。</translation>
        </message>
        <message>
            <source>Now it is: {facts}.</source>
            <translation>现在的情况：{facts}。</translation>
        </message>
        <message>
            <source>Fill it in again…</source>
            <translation>改好再报…</translation>
        </message>
        <message>
            <source>Do it again</source>
            <translation>再做一次</translation>
        </message>
        <message>
            <source>Save this choice</source>
            <translation>就这样保存</translation>
        </message>
        <message>
            <source>Keep both as a remark</source>
            <translation>都保留为备注</translation>
        </message>
        <message>
            <source>Hand to the supervisor</source>
            <translation>交给主管</translation>
        </message>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
        <message>
            <source>Your words and photos are kept with the ticket as late evidence.</source>
            <translation>你的文字和照片已作为迟到佐证留在这张单子里，没有丢。</translation>
        </message>
        <message>
            <source>Your words and photos are kept at the centre as late evidence.</source>
            <translation>你的文字和照片已作为迟到佐证留在中心，没有丢。</translation>
        </message>
        <message>
            <source>{count} more were refused because of it</source>
            <translation>因为它，还有 {count} 项没有被接受</translation>
        </message>
        <message>
            <source>It comes along when you record that again.</source>
            <translation>重新记录时会一起带上，不用另做。</translation>
        </message>
        <message>
            <source>It does not come along: when that is recorded again, do this on the new record.</source>
            <translation>不会一起带上：重新记录以后，请在新的单子上再做这一步。内容留在这里。</translation>
        </message>
        <message>
            <source>I have seen it</source>
            <translation>知道了，收起</translation>
        </message>
        <message>
            <source>Open the ticket</source>
            <translation>看现在的单子</translation>
        </message>
    </context>
    <context>
        <name>Capture</name>
        <message>
            <source>Photo</source>
            <translation>照片</translation>
        </message>
        <message>
            <source>Space takes the photo</source>
            <translation>按空格拍照</translation>
        </message>
        <message>
            <source>Space chooses a photo</source>
            <translation>按空格选照片</translation>
        </message>
        <message>
            <source>Space turns the camera on</source>
            <translation>按空格开摄像头</translation>
        </message>
        <message>
            <source>saved here</source>
            <translation>已存本机</translation>
        </message>
        <message>
            <source>with place</source>
            <translation>带位置</translation>
        </message>
        <message>
            <source>taken {time}</source>
            <translation>{time} 拍</translation>
        </message>
    </context>
    <context>
        <name>CaptureSlot</name>
        <message>
            <source>Take again: {side}</source>
            <translation>重拍{side}</translation>
        </message>
        <message>
            <source>{count} photos</source>
            <translation>{count} 张照片</translation>
        </message>
        <message>
            <source>Saving the photo</source>
            <translation>正在存照片</translation>
        </message>
    </context>
    <context>
        <name>Conflict</name>
        <message>
            <source>Place</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>Note</source>
            <translation>说明</translation>
        </message>
        <message>
            <source>Take mine</source>
            <translation>用我的</translation>
        </message>
        <message>
            <source>Take theirs</source>
            <translation>用对方的</translation>
        </message>
        <message>
            <source>Write it together</source>
            <translation>合在一起写</translation>
        </message>
        <message>
            <source>{field}, written together</source>
            <translation>{field}，合在一起写</translation>
        </message>
        <message>
            <source>As it was</source>
            <translation>原值</translation>
        </message>
        <message>
            <source>Mine</source>
            <translation>我的</translation>
        </message>
        <message>
            <source>Theirs</source>
            <translation>对方</translation>
        </message>
        <message>
            <source>newer</source>
            <translation>较新</translation>
        </message>
        <message>
            <source>(empty)</source>
            <translation>（空）</translation>
        </message>
    </context>
    <context>
        <name>DeadlineCard</name>
        <message>
            <source>Why this time</source>
            <translation>为什么是这个时间</translation>
        </message>
        <message>
            <source>Paused, the clock stands still</source>
            <translation>已暂停，时钟不走</translation>
        </message>
        <message>
            <source>left</source>
            <translation>剩余</translation>
        </message>
        <message>
            <source>Due by {time}</source>
            <translation>{time} 前办结</translation>
        </message>
        <message>
            <source>{stage} by {time}</source>
            <translation>{time} 前{stage}</translation>
        </message>
        <message>
            <source>paused</source>
            <translation>已暂停</translation>
        </message>
    </context>
    <context>
        <name>Dusk</name>
        <message>
            <source>GridWorker</source>
            <translation>网格通</translation>
        </message>
        <message>
            <source>What residents need, done once</source>
            <translation>把居民的事，一次办好</translation>
        </message>
    </context>
    <context>
        <name>EnrolAgain</name>
        <message>
            <source>Enrol again</source>
            <translation>重新登记</translation>
        </message>
        <message>
            <source>Enrol again…</source>
            <translation>重新登记…</translation>
        </message>
        <message>
            <source>Code from the administrator</source>
            <translation>管理员给的登记码</translation>
        </message>
        <message>
            <source>The centre does not know this computer's login any more. Ask your administrator for a code of your own; records and what waits stay as they are.</source>
            <translation>中心不认得这台电脑的登录了。请向管理员要一个你本人的登记码；记录和待传的内容都保留。</translation>
        </message>
        <message>
            <source>Not now</source>
            <translation>先不登记</translation>
        </message>
    </context>
    <context>
        <name>EnrolForm</name>
        <message>
            <source>Enrol this computer</source>
            <translation>登记这台电脑</translation>
        </message>
        <message>
            <source>Address of the centre</source>
            <translation>中心地址</translation>
        </message>
        <message>
            <source>One-time code</source>
            <translation>一次性登记码</translation>
        </message>
        <message>
            <source>From your administrator</source>
            <translation>由管理员提供</translation>
        </message>
        <message>
            <source>New password</source>
            <translation>设置密码</translation>
        </message>
        <message>
            <source>The password again</source>
            <translation>再输一遍密码</translation>
        </message>
        <message>
            <source>Certificate file</source>
            <translation>证书文件</translation>
        </message>
        <message>
            <source>Only if the centre gave you one</source>
            <translation>中心另发证书时才填</translation>
        </message>
        <message>
            <source>This computer has no records yet</source>
            <translation>这台电脑还没有本网格的数据</translation>
        </message>
        <message>
            <source>Enrol it once with the code you were given; this needs the network.</source>
            <translation>用拿到的登记码登记一次，这一步需要联网。</translation>
        </message>
        <message>
            <source>The two passwords are not the same</source>
            <translation>两次输入的密码不一样</translation>
        </message>
        <message>
            <source>Enrolling…</source>
            <translation>正在登记…</translation>
        </message>
    </context>
    <context>
        <name>EvidenceLine</name>
        <message>
            <source>Choose files</source>
            <translation>选文件</translation>
        </message>
        <message>
            <source>No photo…</source>
            <translation>没有照片…</translation>
        </message>
        <message>
            <source>Why there is no photo</source>
            <translation>为什么没有照片</translation>
        </message>
        <message>
            <source>The person did not agree</source>
            <translation>当事人不同意拍</translation>
        </message>
        <message>
            <source>It was urgent</source>
            <translation>情况紧急，先处理了</translation>
        </message>
        <message>
            <source>Nothing to be seen</source>
            <translation>现场拍不出来</translation>
        </message>
        <message>
            <source>One photo before, one after; paste or drop them too</source>
            <translation>处置前、处置后各拍一张，也可粘贴、拖入</translation>
        </message>
        <message>
            <source>This is not finished on the spot: it is handed up</source>
            <translation>这类事项不能当场办结，会上报</translation>
        </message>
        <message>
            <source>Asks for {before} before and {after} after</source>
            <translation>这类事项要处置前 {before} 张、处置后 {after} 张</translation>
        </message>
        <message>
            <source>, all there</source>
            <translation>，已齐</translation>
        </message>
        <message>
            <source>; paste or drop them too</source>
            <translation>，也可粘贴、拖入</translation>
        </message>
    </context>
    <context>
        <name>FormFace</name>
        <message>
            <source>Unfinished work of {when} is back</source>
            <translation>已恢复 {when} 未完成的登记，没有丢字</translation>
        </message>
    </context>
    <context>
        <name>FormSheet</name>
        <message>
            <source>The draft is kept as you go</source>
            <translation>草稿随时保存</translation>
        </message>
        <message>
            <source>Close, keep the draft</source>
            <translation>收起，草稿留着</translation>
        </message>
        <message>
            <source>Works without a network; sent when there is one</source>
            <translation>离线也能办，联网后自动上传</translation>
        </message>
    </context>
    <context>
        <name>Header</name>
        <message>
            <source>GridWorker</source>
            <translation>网格通</translation>
        </message>
        <message>
            <source>Resolve on the spot</source>
            <translation>当场办结</translation>
        </message>
        <message>
            <source>Text size and colours</source>
            <translation>字号和配色</translation>
        </message>
        <message>
            <source>Lock</source>
            <translation>锁定</translation>
        </message>
        <message>
            <source>Search</source>
            <translation>搜索</translation>
        </message>
        <message>
            <source>Search tickets, places or commands</source>
            <translation>搜索工单、地址或命令</translation>
        </message>
    </context>
    <context>
        <name>Help</name>
        <message>
            <source>What you type is stored at once. Nothing here waits for the network: records go to the centre by themselves when there is one.</source>
            <translation>输入的内容随时保存。这里没有一步要等网络：有网时记录会自己传到中心。</translation>
        </message>
        <message>
            <source>On this page</source>
            <translation>本页</translation>
        </message>
        <message>
            <source>Everywhere</source>
            <translation>所有页面</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Help: {page}</source>
            <translation>帮助：{page}</translation>
        </message>
        <message>
            <source>Keys</source>
            <translation>快捷键</translation>
        </message>
    </context>
    <context>
        <name>ItemMatch</name>
        <message>
            <source>Can be finished where it is found</source>
            <translation>属于即采即办，可以当场办结</translation>
        </message>
        <message>
            <source>Goes to: {level}</source>
            <translation>上报到{level}</translation>
        </message>
        <message>
            <source> · limit {limit}</source>
            <translation> · 时限 {limit}</translation>
        </message>
        <message>
            <source>Resolve on the spot</source>
            <translation>当场办结</translation>
        </message>
    </context>
    <context>
        <name>ItemTiles</name>
        <message>
            <source>More</source>
            <translation>更多</translation>
        </message>
        <message>
            <source>the ones you use most first</source>
            <translation>按你常用的排序</translation>
        </message>
        <message>
            <source>Find an item</source>
            <translation>按首字母找事项</translation>
        </message>
        <message>
            <source>What it is</source>
            <translation>什么事项</translation>
        </message>
        <message>
            <source>Page {page} of {pages}</source>
            <translation>第 {page} 页，共 {pages} 页</translation>
        </message>
        <message>
            <source>Initials or words find all {total} and the whole list</source>
            <translation>输入首字母或文字，找全部 {total} 项和其他事项</translation>
        </message>
        <message>
            <source>Nothing fits “{search}”</source>
            <translation>没有找到“{search}”</translation>
        </message>
    </context>
    <context>
        <name>LeftWords</name>
        <message>
            <source>A ticket that is not on this laptop now</source>
            <translation>一张已不在这台电脑上的单子</translation>
        </message>
        <message>
            <source>Copy the words</source>
            <translation>复制文字</translation>
        </message>
        <message>
            <source>Use it in a new report…</source>
            <translation>写进新的上报…</translation>
        </message>
        <message>
            <source>I do not need it</source>
            <translation>不要了</translation>
        </message>
        <message>
            <source>Press again: it is gone for good</source>
            <translation>再按一次就不留了</translation>
        </message>
        <message>
            <source>Copied</source>
            <translation>已复制</translation>
        </message>
        <message>
            <source>Add to it</source>
            <translation>补充</translation>
        </message>
        <message>
            <source>Written together</source>
            <translation>合在一起写</translation>
        </message>
        <message>
            <source>{when}, for “{what}”, not finished.</source>
            <translation>{when} 写在“{what}”里，还没有提交。</translation>
        </message>
        <message>
            <source>The ticket is here, but this step cannot be done on it any more.</source>
            <translation>单子还在，但这一步现在做不了了。</translation>
        </message>
        <message>
            <source>The ticket is not on this laptop any more.</source>
            <translation>这张单子已不在这台电脑上。</translation>
        </message>
        <message>
            <source>{count} photos are with it.</source>
            <translation>附有 {count} 张照片。</translation>
        </message>
    </context>
    <context>
        <name>MainWindow</name>
        <message>
            <source>GridWorker</source>
            <translation>网格通</translation>
        </message>
    </context>
    <context>
        <name>OfferLine</name>
        <message>
            <source>{count} photos from the phone</source>
            <translation>手机传来 {count} 张照片</translation>
        </message>
        <message>
            <source>Use them</source>
            <translation>用这些</translation>
        </message>
        <message>
            <source>Leave them</source>
            <translation>不用</translation>
        </message>
    </context>
    <context>
        <name>Palette</name>
        <message>
            <source>Search tickets, places or commands</source>
            <translation>搜索工单、地址或命令</translation>
        </message>
        <message>
            <source>Words, pinyin initials, a number or a key</source>
            <translation>文字、拼音首字母、编号或按键</translation>
        </message>
        <message>
            <source>What fits</source>
            <translation>符合的结果</translation>
        </message>
        <message>
            <source>Nothing fits these words</source>
            <translation>没有符合的内容</translation>
        </message>
    </context>
    <context>
        <name>Parcels</name>
        <message>
            <source>No network for days? Carry it on a stick, sealed and signed.</source>
            <translation>几天没有网络？可以用U盘带到中心，内容加密并签名。</translation>
        </message>
        <message>
            <source>Export to a stick</source>
            <translation>导出U盘包</translation>
        </message>
        <message>
            <source>Read an answer</source>
            <translation>读入U盘回执</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Working on the stick…</source>
            <translation>正在处理U盘包…</translation>
        </message>
        <message>
            <source>Parcels</source>
            <translation>U盘包</translation>
        </message>
    </context>
    <context>
        <name>PatrolFormPane</name>
        <message>
            <source>Record it</source>
            <translation>记下</translation>
        </message>
        <message>
            <source>Place</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>Estate, building, unit, floor</source>
            <translation>小区、楼栋、单元、楼层</translation>
        </message>
        <message>
            <source>Remark</source>
            <translation>备注</translation>
        </message>
        <message>
            <source>May stay empty</source>
            <translation>可不填</translation>
        </message>
        <message>
            <source>Last visit {when}: {result}</source>
            <translation>上次来过：{when}，{result}</translation>
        </message>
        <message>
            <source>what was found: 1 to 4</source>
            <translation>看到了什么（按 1 到 4）</translation>
        </message>
        <message>
            <source>F4 lists the last ones</source>
            <translation>F4 列出最近的位置</translation>
        </message>
        <message>
            <source>What was found</source>
            <translation>看到了什么</translation>
        </message>
        <message>
            <source>optional</source>
            <translation>可不填</translation>
        </message>
        <message>
            <source>Photo</source>
            <translation>照片</translation>
        </message>
        <message>
            <source>New patrol record</source>
            <translation>记一处巡查</translation>
        </message>
    </context>
    <context>
        <name>PatrolListPane</name>
        <message>
            <source>Patrol records</source>
            <translation>巡查记录</translation>
        </message>
        <message>
            <source>Search patrol records</source>
            <translation>找巡查记录</translation>
        </message>
        <message>
            <source>Words or initials</source>
            <translation>文字或首字母</translation>
        </message>
        <message>
            <source>No patrol record here</source>
            <translation>这里还没有巡查记录</translation>
        </message>
        <message>
            <source>The first one takes a place, one key and Ctrl+Enter.</source>
            <translation>填一个位置，按一个数字，再按 Ctrl+Enter 就记下了。</translation>
        </message>
    </context>
    <context>
        <name>PhotoViewer</name>
        <message>
            <source>Previous photo</source>
            <translation>上一张</translation>
        </message>
        <message>
            <source>Next photo</source>
            <translation>下一张</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>This photo cannot be shown</source>
            <translation>这张照片打不开</translation>
        </message>
    </context>
    <context>
        <name>PlaceBar</name>
        <message>
            <source>Change the place</source>
            <translation>改位置</translation>
        </message>
        <message>
            <source>Place</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>Estate, building, entrance; then Enter</source>
            <translation>小区、楼栋、门口，填好按 Enter</translation>
        </message>
        <message>
            <source>No place yet</source>
            <translation>还没有位置</translation>
        </message>
        <message>
            <source>same as last time</source>
            <translation>沿用上一处</translation>
        </message>
        <message>
            <source>where you work; change it for the exact spot</source>
            <translation>你负责的地方，可改成具体位置</translation>
        </message>
        <message>
            <source>found</source>
            <translation>发现</translation>
        </message>
    </context>
    <context>
        <name>QAbstractFileIconProvider</name>
        <message>
            <source>Folder</source>
            <translation>文件夹</translation>
        </message>
    </context>
    <context>
        <name>QFileDialog</name>
        <message>
            <source>&amp;Look in:</source>
            <translation>查找范围(&amp;L)：</translation>
        </message>
        <message>
            <source>Files of &amp;type:</source>
            <translation>文件类型(&amp;T)：</translation>
        </message>
    </context>
    <context>
        <name>Rail</name>
        <message>
            <source>Places</source>
            <translation>页面</translation>
        </message>
        <message>
            <source>Help</source>
            <translation>帮助</translation>
        </message>
    </context>
    <context>
        <name>RailButton</name>
        <message>
            <source>needs a look</source>
            <translation>有事项要看一眼</translation>
        </message>
    </context>
    <context>
        <name>RefusedWork</name>
        <message>
            <source>{when} {name} {did}: {why}.</source>
            <translation>{when}，{name}{did}：{why}。</translation>
        </message>
        <message>
            <source>What they wrote: {words}</source>
            <translation>写的是：{words}</translation>
        </message>
        <message>
            <source>Open their ticket</source>
            <translation>看这张单子</translation>
        </message>
    </context>
    <context>
        <name>ReportSheet</name>
        <message>
            <source>What it is</source>
            <translation>什么事项</translation>
        </message>
        <message>
            <source>Words, code or initials; Enter takes the match</source>
            <translation>文字、代码或首字母，Enter 选中</translation>
        </message>
        <message>
            <source>Where it is</source>
            <translation>在哪里</translation>
        </message>
        <message>
            <source>Estate, building, unit, floor</source>
            <translation>小区、楼栋、单元、楼层</translation>
        </message>
        <message>
            <source>What was seen</source>
            <translation>看到的情况</translation>
        </message>
        <message>
            <source>May stay empty when the photos tell it</source>
            <translation>照片说得清就可不填</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>姓名</translation>
        </message>
        <message>
            <source>Phone</source>
            <translation>电话</translation>
        </message>
        <message>
            <source>Report it</source>
            <translation>上报</translation>
        </message>
        <message>
            <source>Hand a matter up</source>
            <translation>上报</translation>
        </message>
        <message>
            <source>type anything of it</source>
            <translation>记得哪个字就输哪个</translation>
        </message>
        <message>
            <source>optional</source>
            <translation>可不填</translation>
        </message>
        <message>
            <source>Who told us</source>
            <translation>谁反映的</translation>
        </message>
        <message>
            <source>optional, with their consent</source>
            <translation>可不填，本人口头同意再填</translation>
        </message>
        <message>
            <source>proposed; F4 lists others</source>
            <translation>已填好，F4 选别处</translation>
        </message>
        <message>
            <source>Choose files</source>
            <translation>选文件</translation>
        </message>
        <message>
            <source>Photos</source>
            <translation>照片</translation>
        </message>
        <message>
            <source>paste or drop them too</source>
            <translation>也可粘贴、拖入</translation>
        </message>
    </context>
    <context>
        <name>ResolveSheet</name>
        <message>
            <source>Note</source>
            <translation>说明</translation>
        </message>
        <message>
            <source>Resolve</source>
            <translation>办结</translation>
        </message>
        <message>
            <source>Resolve on the spot</source>
            <translation>当场办结</translation>
        </message>
        <message>
            <source>Report it</source>
            <translation>上报</translation>
        </message>
        <message>
            <source>optional, written for you, change it</source>
            <translation>可不填，已按事项写好，能改</translation>
        </message>
        <message>
            <source>Cannot be done here, hand up</source>
            <translation>办不了，转办</translation>
        </message>
    </context>
    <context>
        <name>SimilarLine</name>
        <message>
            <source>{when}, same place: {number} {title}</source>
            <translation>{when}同一处有一件：{number} {title}</translation>
        </message>
        <message>
            <source>{state}. Add your photos to it instead of a new one</source>
            <translation>{state}。可把照片附到那一件，不另建工单</translation>
        </message>
        <message>
            <source>Add to that one</source>
            <translation>附到那一件</translation>
        </message>
    </context>
    <context>
        <name>StatusLine</name>
        <message>
            <source>Sync centre</source>
            <translation>同步中心</translation>
        </message>
        <message>
            <source>Delivered {when}</source>
            <translation>已送达 {when}</translation>
        </message>
        <message>
            <source>Needs care {count}</source>
            <translation>需处理 {count}</translation>
        </message>
        <message>
            <source>{size} free</source>
            <translation>可用 {size}</translation>
        </message>
    </context>
    <context>
        <name>SyncCentre</name>
        <message>
            <source>Needs care</source>
            <translation>需处理</translation>
        </message>
        <message>
            <source>On its way</source>
            <translation>还在路上</translation>
        </message>
        <message>
            <source>and {count} more</source>
            <translation>还有 {count} 项</translation>
        </message>
        <message>
            <source>Begun, but its ticket is gone</source>
            <translation>没写完，单子已经变了</translation>
        </message>
        <message>
            <source>Refused work of others</source>
            <translation>同事未被接受的操作</translation>
        </message>
        <message>
            <source>No attempt yet</source>
            <translation>还没有同步过</translation>
        </message>
        <message>
            <source>the centre has accepted it</source>
            <translation>中心已收下</translation>
        </message>
        <message>
            <source>{count} photos, {sent} of {size}</source>
            <translation>{count} 张照片，已传 {sent}，共 {size}</translation>
        </message>
        <message>
            <source>A record that is not on this laptop now</source>
            <translation>记录现在不在本机</translation>
        </message>
        <message>
            <source>{count} need care; they are shown when this device works again.</source>
            <translation>需处理 {count} 件，恢复使用后再看。</translation>
        </message>
        <message>
            <source>Nothing waits</source>
            <translation>都送到了</translation>
        </message>
        <message>
            <source>Nothing is left to send</source>
            <translation>没有要发送的了</translation>
        </message>
        <message>
            <source>What stands above still needs care.</source>
            <translation>上面列出的还需要处理。</translation>
        </message>
        <message>
            <source>Every record and every photo is at the centre.</source>
            <translation>每条记录、每张照片都在中心了。</translation>
        </message>
        <message>
            <source>What needs care and what is on its way</source>
            <translation>需处理和还在路上的</translation>
        </message>
        <message>
            <source>Until the centre has confirmed, the originals here are kept.</source>
            <translation>中心确认收到之前，本机原件不删。</translation>
        </message>
        <message>
            <source>Attempts</source>
            <translation>记录</translation>
        </message>
    </context>
    <context>
        <name>SyncState</name>
        <message>
            <source>Sync now</source>
            <translation>立即同步</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Demo: cut the network</source>
            <translation>断网演示</translation>
        </message>
        <message>
            <source>Everything has arrived at the centre</source>
            <translation>都已送到中心</translation>
        </message>
        <message>
            <source>last sync {when}</source>
            <translation>上次同步 {when}</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Receiving from the centre…</source>
            <translation>正在接收中心的更新…</translation>
        </message>
        <message>
            <source>Trying to reach the centre…</source>
            <translation>正在联系中心…</translation>
        </message>
        <message>
            <source>Checking with the centre…</source>
            <translation>正在和中心核对…</translation>
        </message>
        <message>
            <source>Sending now, words first, then photos</source>
            <translation>正在传，先文字，后照片</translation>
        </message>
        <message>
            <source>Next try {when} · words first, then photos</source>
            <translation>下次自动尝试 {when} · 先传文字，再传照片</translation>
        </message>
        <message>
            <source>Words are sent first, then photos</source>
            <translation>先传文字，再传照片</translation>
        </message>
    </context>
    <context>
        <name>TicketDetailPane</name>
        <message>
            <source>Ticket</source>
            <translation>工单</translation>
        </message>
        <message>
            <source>No ticket chosen</source>
            <translation>还没有选工单</translation>
        </message>
        <message>
            <source>Choose one from the list.</source>
            <translation>从列表里选一件。</translation>
        </message>
        <message>
            <source>About this ticket</source>
            <translation>工单内容</translation>
        </message>
        <message>
            <source>List of tickets</source>
            <translation>工单列表</translation>
        </message>
        <message>
            <source>Timeline</source>
            <translation>时间线</translation>
        </message>
        <message>
            <source>now</source>
            <translation>正在办</translation>
        </message>
        <message>
            <source>State</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>Grid</source>
            <translation>网格</translation>
        </message>
        <message>
            <source>Recorded by</source>
            <translation>登记人</translation>
        </message>
        <message>
            <source>Unit</source>
            <translation>承办单位</translation>
        </message>
        <message>
            <source>Place</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>A person is named; details stay protected</source>
            <translation>留有反映人，信息受保护</translation>
        </message>
        <message>
            <source>About it</source>
            <translation>情况</translation>
        </message>
        <message>
            <source>Add to it</source>
            <translation>补充</translation>
        </message>
        <message>
            <source>Change the words…</source>
            <translation>修改…</translation>
        </message>
    </context>
    <context>
        <name>TicketListPane</name>
        <message>
            <source>List of tickets</source>
            <translation>工单列表</translation>
        </message>
        <message>
            <source>Search tickets</source>
            <translation>搜索工单</translation>
        </message>
        <message>
            <source>Words, initials, number or phone</source>
            <translation>文字、首字母、编号或电话</translation>
        </message>
        <message>
            <source>Mine</source>
            <translation>我的</translation>
        </message>
        <message>
            <source>Due soon</source>
            <translation>临期</translation>
        </message>
        <message>
            <source>All</source>
            <translation>全部</translation>
        </message>
        <message>
            <source>Filter by state</source>
            <translation>按状态筛选</translation>
        </message>
        <message>
            <source>Shown now: {filter}</source>
            <translation>当前筛选：{filter}</translation>
        </message>
        <message>
            <source>There is no ticket of your places on this computer now</source>
            <translation>这台电脑上现在没有你负责范围里的工单</translation>
        </message>
        <message>
            <source>Every state</source>
            <translation>所有状态</translation>
        </message>
        <message>
            <source>New</source>
            <translation>新建</translation>
        </message>
        <message>
            <source>Tickets</source>
            <translation>工单</translation>
        </message>
        <message>
            <source>Show all tickets</source>
            <translation>看全部工单</translation>
        </message>
        <message>
            <source>No ticket fits</source>
            <translation>没有符合的工单</translation>
        </message>
    </context>
    <context>
        <name>TicketPhotos</name>
        <message>
            <source>No photo: {reason}</source>
            <translation>没有照片：{reason}</translation>
        </message>
        <message>
            <source>No photo</source>
            <translation>没有照片</translation>
        </message>
    </context>
    <context>
        <name>TodayPage</name>
        <message>
            <source>Start a patrol</source>
            <translation>开始巡查</translation>
        </message>
        <message>
            <source>{count} to do</source>
            <translation>{count} 件</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>待办</translation>
        </message>
        <message>
            <source>Due soon</source>
            <translation>临期</translation>
        </message>
        <message>
            <source>Done today</source>
            <translation>今天已办</translation>
        </message>
        <message>
            <source>To send</source>
            <translation>待传</translation>
        </message>
        <message>
            <source>Recorded by me</source>
            <translation>我最近登记</translation>
        </message>
        <message>
            <source>I have read it</source>
            <translation>知道了</translation>
        </message>
        <message>
            <source>Hello, {name}</source>
            <translation>你好，{name}</translation>
        </message>
        <message>
            <source>Good morning, {name}</source>
            <translation>早上好，{name}</translation>
        </message>
        <message>
            <source>Good afternoon, {name}</source>
            <translation>下午好，{name}</translation>
        </message>
        <message>
            <source>Good evening, {name}</source>
            <translation>晚上好，{name}</translation>
        </message>
        <message>
            <source>Monday Tuesday Wednesday Thursday Friday Saturday Sunday</source>
            <translation>星期一 星期二 星期三 星期四 星期五 星期六 星期日</translation>
        </message>
        <message>
            <source>{month}/{day} {weekday}</source>
            <translation>{month} 月 {day} 日 {weekday}</translation>
        </message>
        <message>
            <source>{count} to deal with first</source>
            <translation>有 {count} 件要先处理</translation>
        </message>
        <message>
            <source>nothing is overdue</source>
            <translation>没有超期</translation>
        </message>
        <message>
            <source>nothing has to be dealt with now</source>
            <translation>没有要先处理的</translation>
        </message>
        <message>
            <source>Nothing needs you now</source>
            <translation>现在没有要处理的事</translation>
        </message>
        <message>
            <source>What is new appears here by itself, with or without a network.</source>
            <translation>有新的事会自己出现在这里，有没有网络都一样。</translation>
        </message>
        <message>
            <source>Resolve on the spot</source>
            <translation>当场办结</translation>
        </message>
        <message>
            <source>Needs me</source>
            <translation>需要我处理</translation>
        </message>
        <message>
            <source>by consequence</source>
            <translation>按后果排序</translation>
        </message>
        <message>
            <source>My day</source>
            <translation>我的今天</translation>
        </message>
    </context>
    <context>
        <name>TroubleDialog</name>
        <message>
            <source>Something went wrong</source>
            <translation>出了点问题</translation>
        </message>
        <message>
            <source>Report</source>
            <translation>上报</translation>
        </message>
        <message>
            <source>Copy the report</source>
            <translation>复制报告</translation>
        </message>
        <message>
            <source>Go on working</source>
            <translation>继续工作</translation>
        </message>
        <message>
            <source>Something in the program went wrong</source>
            <translation>程序里出了点问题</translation>
        </message>
        <message>
            <source>Everything recorded so far is on this computer and safe. You can go on working; please pass the report on to your administrator.</source>
            <translation>已记录的内容都在本机，没有丢失。可以继续工作；请把报告转给管理员。</translation>
        </message>
        <message>
            <source>Copied</source>
            <translation>已复制</translation>
        </message>
    </context>
    <context>
        <name>UnlockScreen</name>
        <message>
            <source>Password</source>
            <translation>密码</translation>
        </message>
        <message>
            <source>Unlock</source>
            <translation>解锁</translation>
        </message>
        <message>
            <source>Large text</source>
            <translation>大字</translation>
        </message>
        <message>
            <source>Version {version}</source>
            <translation>版本 {version}</translation>
        </message>
        <message>
            <source>Opening…</source>
            <translation>正在打开…</translation>
        </message>
        <message>
            <source>Try again in {seconds} s</source>
            <translation>{seconds} 秒后再试</translation>
        </message>
        <message>
            <source>Welcome back</source>
            <translation>欢迎回来</translation>
        </message>
        <message>
            <source>Unlock the records on this computer</source>
            <translation>解锁后继续本机的记录</translation>
        </message>
        <message>
            <source>What is unfinished is still here, encrypted on this computer</source>
            <translation>未完成的内容都在，已加密存在本机</translation>
        </message>
        <message>
            <source>Unlocking needs no network</source>
            <translation>解锁不需要网络</translation>
        </message>
        <message>
            <source>Fill in</source>
            <translation>填入</translation>
        </message>
        <message>
            <source>Sample data</source>
            <translation>示例数据</translation>
        </message>
        <message>
            <source>Demo password: {password}</source>
            <translation>演示密码：{password}</translation>
        </message>
        <message>
            <source>Show the password</source>
            <translation>显示密码</translation>
        </message>
    </context>
    <context>
        <name>Workspace</name>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>Ctrl Z · 10 s</source>
            <translation>Ctrl Z · 10 秒</translation>
        </message>
    </context>
    <context>
        <name>act</name>
        <message>
            <source>Search tickets</source>
            <translation>搜索工单</translation>
        </message>
        <message>
            <source>My tickets</source>
            <translation>我的工单</translation>
        </message>
        <message>
            <source>Tickets due soon</source>
            <translation>临期工单</translation>
        </message>
        <message>
            <source>All tickets</source>
            <translation>全部工单</translation>
        </message>
        <message>
            <source>Add to it…</source>
            <translation>补充…</translation>
        </message>
        <message>
            <source>Change place or note…</source>
            <translation>修改位置或说明…</translation>
        </message>
        <message>
            <source>Taken back, saved on this computer</source>
            <translation>已撤回，已存本机</translation>
        </message>
        <message>
            <source>Changed, saved on this computer</source>
            <translation>已修改，已存本机</translation>
        </message>
        <message>
            <source>Done, saved on this computer</source>
            <translation>已办理，已存本机</translation>
        </message>
        <message>
            <source>Start a patrol</source>
            <translation>开始巡查</translation>
        </message>
        <message>
            <source>File it…</source>
            <translation>立案…</translation>
        </message>
        <message>
            <source>Dispatch…</source>
            <translation>派单…</translation>
        </message>
        <message>
            <source>Hand up…</source>
            <translation>转办…</translation>
        </message>
        <message>
            <source>Void…</source>
            <translation>作废…</translation>
        </message>
        <message>
            <source>Take back</source>
            <translation>撤回</translation>
        </message>
        <message>
            <source>Which filing condition is met?</source>
            <translation>符合哪一条立案条件？</translation>
        </message>
        <message>
            <source>File it</source>
            <translation>立案</translation>
        </message>
        <message>
            <source>Which unit is to handle it?</source>
            <translation>派给哪个单位？</translation>
        </message>
        <message>
            <source>Dispatch</source>
            <translation>派单</translation>
        </message>
        <message>
            <source>Why does it have to be handed up?</source>
            <translation>为什么要转办？</translation>
        </message>
        <message>
            <source>The ticket becomes a report and goes to the community.</source>
            <translation>这件会转为上报，交给社区处理。</translation>
        </message>
        <message>
            <source>Hand up</source>
            <translation>转办</translation>
        </message>
        <message>
            <source>Why is there no case?</source>
            <translation>为什么不立案？</translation>
        </message>
        <message>
            <source>The person who reported it is told this reason.</source>
            <translation>这个理由会告诉上报的人。</translation>
        </message>
        <message>
            <source>Void</source>
            <translation>作废</translation>
        </message>
        <message>
            <source>Resolve on the spot</source>
            <translation>当场办结</translation>
        </message>
        <message>
            <source>Hand up a new matter</source>
            <translation>上报新问题</translation>
        </message>
        <message>
            <source>Search and commands</source>
            <translation>搜索和命令</translation>
        </message>
        <message>
            <source>Undo what was just recorded</source>
            <translation>撤销刚才的登记</translation>
        </message>
        <message>
            <source>Next pane</source>
            <translation>下一个窗格</translation>
        </message>
        <message>
            <source>Lock</source>
            <translation>锁定</translation>
        </message>
        <message>
            <source>Help and keys</source>
            <translation>帮助和快捷键</translation>
        </message>
        <message>
            <source>Go to: {place}</source>
            <translation>前往：{place}</translation>
        </message>
        <message>
            <source>Larger text</source>
            <translation>字大一点</translation>
        </message>
        <message>
            <source>Smaller text</source>
            <translation>字小一点</translation>
        </message>
        <message>
            <source>Normal text size</source>
            <translation>恢复字号</translation>
        </message>
        <message>
            <source>Colours: {name}</source>
            <translation>配色：{name}</translation>
        </message>
    </context>
    <context>
        <name>actions</name>
        <message>
            <source>Found it</source>
            <translation>发现</translation>
        </message>
        <message>
            <source>Reported it</source>
            <translation>上报</translation>
        </message>
        <message>
            <source>Resolved it on the spot</source>
            <translation>当场办结</translation>
        </message>
        <message>
            <source>Filed it</source>
            <translation>立案</translation>
        </message>
        <message>
            <source>Voided it</source>
            <translation>作废</translation>
        </message>
        <message>
            <source>Dispatched it</source>
            <translation>派单</translation>
        </message>
        <message>
            <source>Handed it up</source>
            <translation>转办</translation>
        </message>
        <message>
            <source>Took it back</source>
            <translation>撤回</translation>
        </message>
        <message>
            <source>Changed it</source>
            <translation>修改</translation>
        </message>
        <message>
            <source>Added to it</source>
            <translation>补充</translation>
        </message>
        <message>
            <source>Not accepted, kept as late evidence</source>
            <translation>未被接受，留作迟到佐证</translation>
        </message>
        <message>
            <source>Drawn for a recheck</source>
            <translation>抽中复查</translation>
        </message>
        <message>
            <source>Closed it</source>
            <translation>结案</translation>
        </message>
    </context>
    <context>
        <name>camera</name>
        <message>
            <source>Another program uses the camera</source>
            <translation>摄像头正被别的程序占用</translation>
        </message>
        <message>
            <source>This computer cannot show a camera</source>
            <translation>这台电脑用不了摄像头</translation>
        </message>
        <message>
            <source>No camera was found</source>
            <translation>没有找到摄像头</translation>
        </message>
        <message>
            <source>Paste, drop, or fetch photos from the phone</source>
            <translation>可粘贴、拖入或从手机取照片</translation>
        </message>
    </context>
    <context>
        <name>clocks</name>
        <message>
            <source>The whole matter</source>
            <translation>全程时限</translation>
        </message>
        <message>
            <source>The unit in charge</source>
            <translation>承办时限</translation>
        </message>
        <message>
            <source>First contact</source>
            <translation>首次联系</translation>
        </message>
        <message>
            <source>Acceptance</source>
            <translation>受理</translation>
        </message>
        <message>
            <source>Dispatch</source>
            <translation>派单</translation>
        </message>
        <message>
            <source>Check</source>
            <translation>核查</translation>
        </message>
    </context>
    <context>
        <name>connection</name>
        <message>
            <source>Online</source>
            <translation>在线</translation>
        </message>
        <message>
            <source>Offline</source>
            <translation>离线</translation>
        </message>
        <message>
            <source>The centre does not answer</source>
            <translation>中心没有回应</translation>
        </message>
        <message>
            <source>Login needed</source>
            <translation>需要登录</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>已暂停</translation>
        </message>
        <message>
            <source>Demo: network cut</source>
            <translation>演示断网</translation>
        </message>
        <message>
            <source>This device is suspended</source>
            <translation>设备已暂停使用</translation>
        </message>
        <message>
            <source>This device is withdrawn</source>
            <translation>这台电脑已被注销</translation>
        </message>
        <message>
            <source>work goes on as usual</source>
            <translation>工作不受影响</translation>
        </message>
        <message>
            <source>for {span}; work goes on as usual</source>
            <translation>已 {span}，工作不受影响</translation>
        </message>
        <message>
            <source>Saved here {count}</source>
            <translation>已存本机 {count}</translation>
        </message>
        <message>
            <source>{count} items</source>
            <translation>{count} 项</translation>
        </message>
        <message>
            <source>{count} photos</source>
            <translation>{count} 张照片</translation>
        </message>
        <message>
            <source>To send {what}</source>
            <translation>待传 {what}</translation>
        </message>
    </context>
    <context>
        <name>did</name>
        <message>
            <source>took the step “{action}”</source>
            <translation>做了“{action}”这一步</translation>
        </message>
        <message>
            <source>handed it up</source>
            <translation>上报了这件事</translation>
        </message>
        <message>
            <source>resolved it on the spot</source>
            <translation>当场办结了这件事</translation>
        </message>
        <message>
            <source>changed it</source>
            <translation>改了这张单子</translation>
        </message>
        <message>
            <source>took it back</source>
            <translation>撤回了它</translation>
        </message>
        <message>
            <source>recorded a patrol</source>
            <translation>记了一次巡查</translation>
        </message>
        <message>
            <source>added photos or a remark</source>
            <translation>补了照片或说明</translation>
        </message>
    </context>
    <context>
        <name>inbox</name>
        <message>
            <source>First: overdue</source>
            <translation>先处理：已超期</translation>
        </message>
        <message>
            <source>Returned to me or disputed</source>
            <translation>退回给我、有争议</translation>
        </message>
        <message>
            <source>Sync needs a look</source>
            <translation>同步要看一眼</translation>
        </message>
        <message>
            <source>Due today</source>
            <translation>今天到期</translation>
        </message>
        <message>
            <source>To be rechecked</source>
            <translation>待复查</translation>
        </message>
        <message>
            <source>Also waiting</source>
            <translation>其他</translation>
        </message>
        <message>
            <source>Words you had begun</source>
            <translation>你没写完的话</translation>
        </message>
        <message>
            <source>Needs care</source>
            <translation>需处理</translation>
        </message>
        <message>
            <source>See why</source>
            <translation>看原因</translation>
        </message>
        <message>
            <source>Open it</source>
            <translation>打开</translation>
        </message>
    </context>
    <context>
        <name>lacks</name>
        <message>
            <source>where it is</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>what it is</source>
            <translation>事项</translation>
        </message>
        <message>
            <source>the photo before, or why there is none</source>
            <translation>处置前照片（或没有照片的原因）</translation>
        </message>
        <message>
            <source>the photo after, or why there is none</source>
            <translation>处置后照片（或没有照片的原因）</translation>
        </message>
        <message>
            <source>Still missing</source>
            <translation>还差</translation>
        </message>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
    </context>
    <context>
        <name>look</name>
        <message>
            <source>Light</source>
            <translation>浅色</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>深色</translation>
        </message>
        <message>
            <source>High contrast</source>
            <translation>高对比</translation>
        </message>
        <message>
            <source>As the desktop</source>
            <translation>跟随系统</translation>
        </message>
        <message>
            <source>Text size and colours</source>
            <translation>字号和配色</translation>
        </message>
        <message>
            <source>Text {percent} %</source>
            <translation>字号 {percent}%</translation>
        </message>
    </context>
    <context>
        <name>patrol</name>
        <message>
            <source>All in order</source>
            <translation>正常</translation>
        </message>
        <message>
            <source>Resolved on the spot</source>
            <translation>当场办结</translation>
        </message>
        <message>
            <source>Handed up</source>
            <translation>上报</translation>
        </message>
        <message>
            <source>Nobody there</source>
            <translation>未遇到人</translation>
        </message>
    </context>
    <context>
        <name>photos</name>
        <message>
            <source>At the centre, not on this computer</source>
            <translation>在中心，本机没有</translation>
        </message>
        <message>
            <source>Not at the centre yet</source>
            <translation>还没有传到中心</translation>
        </message>
        <message>
            <source>Before</source>
            <translation>处置前</translation>
        </message>
        <message>
            <source>After</source>
            <translation>处置后</translation>
        </message>
        <message>
            <source>Close-up</source>
            <translation>近景</translation>
        </message>
        <message>
            <source>Overview</source>
            <translation>远景</translation>
        </message>
        <message>
            <source>Other</source>
            <translation>其他</translation>
        </message>
        <message>
            <source>Choose photos</source>
            <translation>选照片</translation>
        </message>
        <message>
            <source>Photos</source>
            <translation>照片</translation>
        </message>
    </context>
    <context>
        <name>places</name>
        <message>
            <source>Today</source>
            <translation>今日</translation>
        </message>
        <message>
            <source>Patrol</source>
            <translation>巡查</translation>
        </message>
        <message>
            <source>Tickets</source>
            <translation>工单</translation>
        </message>
        <message>
            <source>Sync centre</source>
            <translation>同步中心</translation>
        </message>
    </context>
    <context>
        <name>sentences</name>
        <message>
            <source>{fact}. {next}</source>
            <translation>{fact}。{next}</translation>
        </message>
    </context>
    <context>
        <name>states</name>
        <message>
            <source>Draft</source>
            <translation>草稿</translation>
        </message>
        <message>
            <source>Reported</source>
            <translation>已上报</translation>
        </message>
        <message>
            <source>Being verified</source>
            <translation>核实中</translation>
        </message>
        <message>
            <source>Filed</source>
            <translation>已立案</translation>
        </message>
        <message>
            <source>Dispatched</source>
            <translation>已派单</translation>
        </message>
        <message>
            <source>Signed for</source>
            <translation>已签收</translation>
        </message>
        <message>
            <source>Being handled</source>
            <translation>办理中</translation>
        </message>
        <message>
            <source>Handled</source>
            <translation>已处置</translation>
        </message>
        <message>
            <source>Feedback</source>
            <translation>已反馈</translation>
        </message>
        <message>
            <source>Being checked</source>
            <translation>核查中</translation>
        </message>
        <message>
            <source>Closed</source>
            <translation>已结案</translation>
        </message>
        <message>
            <source>Evaluated</source>
            <translation>已评价</translation>
        </message>
        <message>
            <source>Archived</source>
            <translation>已归档</translation>
        </message>
        <message>
            <source>Resolved on the spot</source>
            <translation>当场办结</translation>
        </message>
        <message>
            <source>Voided</source>
            <translation>已作废</translation>
        </message>
        <message>
            <source>Reopened</source>
            <translation>重新办理</translation>
        </message>
    </context>
    <context>
        <name>status</name>
        <message>
            <source>Draft</source>
            <translation>草稿</translation>
        </message>
        <message>
            <source>Saved here</source>
            <translation>已存本机</translation>
        </message>
        <message>
            <source>To send</source>
            <translation>待传</translation>
        </message>
        <message>
            <source>Sending</source>
            <translation>传送中</translation>
        </message>
        <message>
            <source>Waiting for photos</source>
            <translation>等照片</translation>
        </message>
        <message>
            <source>Delivered</source>
            <translation>已送达</translation>
        </message>
        <message>
            <source>Not accepted</source>
            <translation>未被接受</translation>
        </message>
        <message>
            <source>Under review</source>
            <translation>中心核查中</translation>
        </message>
        <message>
            <source>Needs care</source>
            <translation>需处理</translation>
        </message>
        <message>
            <source>Differs</source>
            <translation>有分歧</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>已暂停</translation>
        </message>
        <message>
            <source>Overdue</source>
            <translation>已超期</translation>
        </message>
        <message>
            <source>Due soon</source>
            <translation>临期</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>待办</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>已办结</translation>
        </message>
        <message>
            <source>Taken back</source>
            <translation>已作废</translation>
        </message>
        <message>
            <source>Returned</source>
            <translation>被退回</translation>
        </message>
        <message>
            <source>Offline</source>
            <translation>离线</translation>
        </message>
        <message>
            <source>Online</source>
            <translation>在线</translation>
        </message>
    </context>
    <context>
        <name>steps</name>
        <message>
            <source>Found</source>
            <translation>发现</translation>
        </message>
        <message>
            <source>Report</source>
            <translation>上报</translation>
        </message>
        <message>
            <source>Filing</source>
            <translation>立案</translation>
        </message>
        <message>
            <source>Dispatch</source>
            <translation>派单</translation>
        </message>
        <message>
            <source>Handling</source>
            <translation>办理</translation>
        </message>
        <message>
            <source>Closing</source>
            <translation>结案</translation>
        </message>
    </context>
    <context>
        <name>toasts</name>
        <message>
            <source>Enrolled again; what waits is being sent</source>
            <translation>已重新登记，待传的内容正在上传</translation>
        </message>
        <message>
            <source>{number} resolved, saved here; sent when online</source>
            <translation>{number} 已办结，已存本机，联网后自动上传</translation>
        </message>
        <message>
            <source>{number} handed up, saved here; sent when online</source>
            <translation>{number} 已上报，已存本机，联网后自动上传</translation>
        </message>
        <message>
            <source>Patrol recorded, saved here; sent when online</source>
            <translation>巡查已记下，已存本机，联网后自动上传</translation>
        </message>
        <message>
            <source>Added to {number}, saved here; sent when online</source>
            <translation>已附到 {number}，已存本机，联网后自动上传</translation>
        </message>
        <message>
            <source>{number} was taken back</source>
            <translation>{number} 已撤销</translation>
        </message>
        <message>
            <source>Done again, saved here; sent when online</source>
            <translation>已再做一次，已存本机，联网后自动上传</translation>
        </message>
        <message>
            <source>Your choice is saved here; sent when online</source>
            <translation>已按你的选择保存在本机，联网后自动上传</translation>
        </message>
        <message>
            <source>Both are kept as a remark; sent when online</source>
            <translation>两种写法都已留作备注，联网后自动上传</translation>
        </message>
        <message>
            <source>Word to the supervisor saved here; sent when online</source>
            <translation>给主管的话已存本机，联网后自动上传</translation>
        </message>
    </context>
    <context>
        <name>viewer</name>
        <message>
            <source>Photo</source>
            <translation>照片</translation>
        </message>
    </context>
    <context>
        <name>when</name>
        <message>
            <source>{days} d</source>
            <translation>{days} 天</translation>
        </message>
        <message>
            <source>{hours} h</source>
            <translation>{hours} 小时</translation>
        </message>
        <message>
            <source>{hours} h {minutes} min</source>
            <translation>{hours} 小时 {minutes} 分</translation>
        </message>
        <message>
            <source>{minutes} min</source>
            <translation>{minutes} 分</translation>
        </message>
        <message>
            <source>Overdue {span}</source>
            <translation>已超期 {span}</translation>
        </message>
        <message>
            <source>{span} left</source>
            <translation>剩 {span}</translation>
        </message>
        <message>
            <source>yesterday</source>
            <translation>昨天</translation>
        </message>
        <message>
            <source>today</source>
            <translation>今天</translation>
        </message>
        <message>
            <source>tomorrow</source>
            <translation>明天</translation>
        </message>
        <message>
            <source>{month}/{day}</source>
            <translation>{month} 月 {day} 日</translation>
        </message>
        <message>
            <source>{year}-{month}-{day}</source>
            <translation>{year} 年 {month} 月 {day} 日</translation>
        </message>
    </context>
</TS>
